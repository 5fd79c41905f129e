package org.attunedb.core.embedding;

/**
 * How often terms occur in a collection, as one consistent snapshot. Implementations are
 * thread-safe. Documents that were deleted but not yet merged away may still count.
 */
public interface TermStatistics {
  /** Number of documents with text. */
  long documentCount();

  /** Number of documents that hold the word, as the collection's analyzer writes it. */
  long wordFrequency(String word);

  /** Number of documents that hold the character n-gram. */
  long gramFrequency(String gram);
}
