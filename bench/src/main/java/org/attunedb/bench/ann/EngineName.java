package org.attunedb.bench.ann;

import java.util.Locale;
import java.util.function.Function;
import org.attunedb.index.VectorFormat;

/** The engines that run on the JVM: Attune, and its peers among libraries. */
public enum EngineName {
  /** Attune through its public API: ids and scores, 32-bit floats in Lucene's graph. */
  ATTUNE_FLOAT32(attune(VectorFormat.FLOAT32)),
  /** Attune with codes of 8 bits for each component. */
  ATTUNE_INT8(attune(VectorFormat.INT8)),
  /** Attune with codes of 4 bits for each component. */
  ATTUNE_INT4(attune(VectorFormat.INT4)),
  /** Attune with codes of 1 bit for each component. */
  ATTUNE_BINARY(attune(VectorFormat.BINARY)),
  /** Attune with jvector's graph on disk. */
  ATTUNE_JVECTOR(attune(VectorFormat.JVECTOR)),
  /** Lucene's {@code KnnFloatVectorQuery} on an index with Lucene's defaults. */
  LUCENE(task -> new LuceneEngine(task, LuceneEngine.Way.QUERY)),
  /** The same index, its one leaf asked directly. */
  LUCENE_LEAF(task -> new LuceneEngine(task, LuceneEngine.Way.LEAF)),
  /** Lucene's {@code KnnFloatVectorQuery} on the very segment that Attune wrote. */
  LUCENE_SAME(SameSegmentEngine::new),
  /** jvector's graph and vectors on the heap. */
  JVECTOR(task -> new JVectorEngine(task, false)),
  /** jvector's graph on disk, with the vectors in it. */
  JVECTOR_DISK(task -> new JVectorEngine(task, true)),
  /** LangChain4j's in-memory store, which compares with every vector. */
  LANGCHAIN4J(LangChain4jEngine::new);

  private final Function<EngineTask, Engine> factory;

  EngineName(Function<EngineTask, Engine> factory) {
    this.factory = factory;
  }

  private static Function<EngineTask, Engine> attune(VectorFormat format) {
    return task -> new AttuneEngine(task, format);
  }

  Engine create(EngineTask task) {
    return factory.apply(task);
  }

  boolean isAttune() {
    return name().startsWith("ATTUNE_");
  }

  /** As people type it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
