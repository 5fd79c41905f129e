package org.attunedb.bench.ann;

import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.attunedb.core.Similarity;
import org.jspecify.annotations.Nullable;

/**
 * jvector 4.0.2 without anything around it: a hierarchical graph over all vectors, searched
 * exactly, either on the heap or written to disk with the vectors inline and mapped into memory.
 * Its degree is that of HNSW's lowest level, twice M.
 */
final class JVectorEngine implements Engine {
  private static final float OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;

  private final EngineTask task;
  private final boolean onDisk;
  private final VectorTypeSupport types;
  private @Nullable ImmutableGraphIndex graph;
  private @Nullable RandomAccessVectorValues vectors;
  private @Nullable ReaderSupplier file;

  JVectorEngine(EngineTask task, boolean onDisk) {
    this.task = task;
    this.onDisk = onDisk;
    this.types = VectorizationProvider.getInstance().getVectorTypeSupport();
  }

  @Override
  public void build(RowFile base, IntConsumer progress) throws IOException {
    List<VectorFloat<?>> rows = new ArrayList<>(base.rows());
    for (int row = 0; row < base.rows(); row++) {
      rows.add(vector(base.floats(row)));
    }
    RandomAccessVectorValues values = new ListRandomAccessVectorValues(rows, base.width());
    ImmutableGraphIndex built;
    BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(values, function());
    try (GraphIndexBuilder builder =
        GraphIndexBuilder.builder(scores, base.width(), degrees())
            .withBeamWidth(task.graph().efConstruction())
            .withNeighborOverflow(OVERFLOW)
            .withAlpha(ALPHA)
            .build()) {
      built = builder.build(values);
    }
    progress.accept(base.rows());
    if (!onDisk) {
      graph = built;
      vectors = values;
      return;
    }
    OnDiskGraphIndex.write(built, values, path());
    built.close();
    file = ReaderSupplierFactory.open(path());
    graph = OnDiskGraphIndex.load(file);
  }

  /** Of the lowest level and, for all others, of those above. */
  private List<Integer> degrees() {
    return List.of(2 * task.graph().m(), task.graph().m());
  }

  private Path path() {
    return task.folder().resolve("graph.jvector");
  }

  private VectorFloat<?> vector(float[] values) {
    return types.createFloatVector(Closeness.prepare(task.similarity(), values));
  }

  private VectorSimilarityFunction function() {
    return task.similarity() == Similarity.EUCLIDEAN
        ? VectorSimilarityFunction.EUCLIDEAN
        : VectorSimilarityFunction.DOT_PRODUCT;
  }

  @Override
  public OptionalLong diskBytes() throws IOException {
    return onDisk ? OptionalLong.of(Files.size(path())) : OptionalLong.empty();
  }

  @Override
  public List<SearchSetting> settings() {
    return task.walks();
  }

  @Override
  public Lookup<SearchResult> lookup(float[][] queries, SearchSetting setting) {
    ImmutableGraphIndex index = graph;
    if (index == null) {
      throw new IllegalStateException("not built");
    }
    VectorFloat<?>[] prepared = new VectorFloat<?>[queries.length];
    for (int q = 0; q < queries.length; q++) {
      prepared[q] = vector(queries[q]);
    }
    RandomAccessVectorValues values = vectors;
    Supplier<Searcher> searchers =
        () -> {
          GraphSearcher searcher = new GraphSearcher(index);
          return new Searcher(
              searcher,
              values == null ? (OnDiskGraphIndex.View) searcher.getView() : values.copy());
        };
    return new Walks(
        ThreadLocal.withInitial(searchers), prepared, setting, accepted(index, setting));
  }

  /** The filter as a bit set that is ready beforehand. */
  private static Bits accepted(ImmutableGraphIndex index, SearchSetting setting) {
    if (setting.selectivity().isEmpty()) {
      return Bits.ALL;
    }
    java.util.BitSet bits = new java.util.BitSet(index.size(0));
    for (int row = 0; row < index.size(0); row++) {
      bits.set(row, setting.accepts(row));
    }
    return bits::get;
  }

  @Override
  public void close() throws IOException {
    try {
      if (graph != null) {
        graph.close();
      }
    } finally {
      if (file != null) {
        file.close();
      }
    }
  }

  private record Searcher(GraphSearcher searcher, RandomAccessVectorValues vectors) {}

  private final class Walks implements Lookup<SearchResult> {
    private final ThreadLocal<Searcher> searchers;
    private final VectorFloat<?>[] queries;
    private final SearchSetting setting;
    private final Bits accepted;

    Walks(
        ThreadLocal<Searcher> searchers,
        VectorFloat<?>[] queries,
        SearchSetting setting,
        Bits accepted) {
      this.searchers = searchers;
      this.queries = queries;
      this.setting = setting;
      this.accepted = accepted;
    }

    @Override
    public SearchResult find(int query) {
      Searcher own = searchers.get();
      return own.searcher()
          .search(
              DefaultSearchScoreProvider.exact(queries[query], function(), own.vectors()),
              setting.k(),
              setting.ef(),
              0f,
              0f,
              accepted);
    }

    @Override
    public int[] rows(SearchResult answer) {
      SearchResult.NodeScore[] nodes = answer.getNodes();
      int[] rows = new int[nodes.length];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = nodes[i].node;
      }
      return rows;
    }
  }
}
