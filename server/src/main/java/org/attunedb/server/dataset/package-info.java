/**
 * Labelled retrieval data in the folder layout of BEIR (Thakur et al., NeurIPS 2021): a corpus,
 * queries, and judgments that tell which documents answer which query.
 */
@NullMarked
package org.attunedb.server.dataset;

import org.jspecify.annotations.NullMarked;
