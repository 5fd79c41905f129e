/**
 * How documents, filters and texts become Lucene's: field mapping, query compilation, formats. No
 * search logic.
 */
@NullMarked
package org.attunedb.index.internal.lucene;

import org.jspecify.annotations.NullMarked;
