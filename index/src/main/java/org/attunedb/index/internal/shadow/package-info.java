/** Searching in two ways at once to compare them. */
@NullMarked
package org.attunedb.index.internal.shadow;

import org.jspecify.annotations.NullMarked;
