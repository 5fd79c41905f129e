/** The adapter versions of a collection: their files and the active one. */
@NullMarked
package org.attunedb.index.internal.adapter;

import org.jspecify.annotations.NullMarked;
