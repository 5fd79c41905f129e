/** What people chose: an append-only file of a collection, and training sets made of it. */
@NullMarked
package org.attunedb.index.internal.feedback;

import org.jspecify.annotations.NullMarked;
