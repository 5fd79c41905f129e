package org.attunedb.core.evaluation;

import org.jspecify.annotations.Nullable;

/** The texts of documents that searches found. */
@FunctionalInterface
public interface DocumentTexts {
  /** The stored text; null if the document has none. */
  @Nullable String text(String documentId);
}
