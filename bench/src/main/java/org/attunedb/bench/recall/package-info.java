/** {@code attune bench recall}: how much an adapter adds on a collection in BEIR layout. */
@NullMarked
package org.attunedb.bench.recall;

import org.jspecify.annotations.NullMarked;
