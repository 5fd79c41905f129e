/** {@code attune bench ingest}: how long a site takes to gather, and to gather again. */
@NullMarked
package org.attunedb.bench.ingest;

import org.jspecify.annotations.NullMarked;
