package org.attunedb.index;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The size of a collection.
 *
 * @param documents live documents
 * @param deletedDocuments deleted or replaced documents that still take space
 * @param segments immutable index segments
 * @param diskBytes bytes of the index files
 * @param vectors how many vectors each format holds, of deleted documents, too; formats without any
 *     are left out. More than one is there while {@link VectorCollection#compact(VectorFormat)}
 *     changes the format, or after a crash that interrupted it
 * @param simd what compares vectors in this process
 */
public record CollectionStats(
    long documents,
    long deletedDocuments,
    int segments,
    long diskBytes,
    Map<VectorFormat, Long> vectors,
    SimdProvider simd) {
  /** Copies the map. */
  public CollectionStats {
    EnumMap<VectorFormat, Long> copy = new EnumMap<>(VectorFormat.class);
    copy.putAll(vectors);
    vectors = Collections.unmodifiableMap(copy);
  }
}
