/**
 * Approximate nearest neighbours: recall against speed of Attune's engines and of peers, on files
 * of vectors with exact answers. Every engine runs in a process of its own.
 */
@NullMarked
package org.attunedb.bench.ann;

import org.jspecify.annotations.NullMarked;
