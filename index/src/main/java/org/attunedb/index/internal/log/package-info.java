/**
 * The operation log of a collection: what makes a single write durable without a Lucene commit.
 * Framing, recovery and the encoding of operations; docs/formats.md has the layout. Nothing here
 * knows Lucene.
 */
@NullMarked
package org.attunedb.index.internal.log;

import org.jspecify.annotations.NullMarked;
