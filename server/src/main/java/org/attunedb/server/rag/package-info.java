/**
 * Answers of a language model over retrieved documents, and how well the documents support known
 * answers without and with a query adapter.
 */
@NullMarked
package org.attunedb.server.rag;

import org.jspecify.annotations.NullMarked;
