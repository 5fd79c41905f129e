package org.attunedb.bench.ann;

import java.util.Locale;
import org.attunedb.index.VectorFormat;

/** The engines that run on the JVM: Attune, and its peers among libraries. */
public enum EngineName {
  /** Attune through its public API: ids and scores, 32-bit floats in Lucene's graph. */
  ATTUNE_FLOAT32,
  /** Attune with codes of 8 bits for each component. */
  ATTUNE_INT8,
  /** Attune with codes of 4 bits for each component. */
  ATTUNE_INT4,
  /** Attune with codes of 1 bit for each component. */
  ATTUNE_BINARY,
  /** Attune with jvector's graph on disk. */
  ATTUNE_JVECTOR,
  /** Attune with codes of 8 bits and no full vectors. */
  ATTUNE_LVQ8,
  /** Lucene's {@code KnnFloatVectorQuery} on an index with Lucene's defaults. */
  LUCENE,
  /** The same index, its one leaf asked directly. */
  LUCENE_LEAF,
  /** Lucene's {@code KnnFloatVectorQuery} on the very segment that Attune wrote. */
  LUCENE_SAME,
  /** jvector's graph and vectors on the heap. */
  JVECTOR,
  /** jvector's graph on disk, with the vectors in it. */
  JVECTOR_DISK,
  /** LangChain4j's in-memory store, which compares with every vector. */
  LANGCHAIN4J;

  Engine create(EngineTask task) {
    return switch (this) {
      case ATTUNE_FLOAT32 -> new AttuneEngine(task, VectorFormat.FLOAT32);
      case ATTUNE_INT8 -> new AttuneEngine(task, VectorFormat.INT8);
      case ATTUNE_INT4 -> new AttuneEngine(task, VectorFormat.INT4);
      case ATTUNE_BINARY -> new AttuneEngine(task, VectorFormat.BINARY);
      case ATTUNE_JVECTOR -> new AttuneEngine(task, VectorFormat.JVECTOR);
      case ATTUNE_LVQ8 -> new AttuneEngine(task, VectorFormat.LVQ8);
      case LUCENE -> new LuceneEngine(task, LuceneEngine.Way.QUERY);
      case LUCENE_LEAF -> new LuceneEngine(task, LuceneEngine.Way.LEAF);
      case LUCENE_SAME -> new SameSegmentEngine(task);
      case JVECTOR -> new JVectorEngine(task, false);
      case JVECTOR_DISK -> new JVectorEngine(task, true);
      case LANGCHAIN4J -> new LangChain4jEngine(task);
    };
  }

  boolean isAttune() {
    return PeerRatios.isAttune(label());
  }

  /** As people type it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
