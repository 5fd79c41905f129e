package org.attunedb.index.internal.adapter;

import java.util.Collections;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a version was trained on, as far as it is known.
 *
 * @param documents ids that the labels point to, each with the CRC-32C of its vector as eight
 *     hexadecimal digits, or empty where that was not recorded
 * @param corpus number of documents with vectors
 */
public record TrainedOn(SortedMap<String, String> documents, OptionalLong corpus) {
  /** Copies the map. */
  public TrainedOn {
    documents = Collections.unmodifiableSortedMap(new TreeMap<>(documents));
  }

  /** Of an adapter that was made elsewhere. */
  public static TrainedOn unknown() {
    return new TrainedOn(new TreeMap<>(), OptionalLong.empty());
  }

  /** Whether the vectors of the documents are known. */
  public boolean knowsVectors() {
    return !documents.isEmpty() && documents.values().stream().noneMatch(String::isEmpty);
  }
}
