package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.attunedb.bench.ann.SearchSetting.Plan;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.Attune;
import org.attunedb.index.BulkLoad;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.VectorFormat;

/** Attune as an application uses it: a bulk load in batches of documents, searches by request. */
final class AttuneEngine implements Engine {
  static final String COLLECTION = "bench";
  private static final int BATCH_BYTES = 64 << 20;

  private final EngineTask task;
  private final VectorFormat format;
  private final Attune attune;

  AttuneEngine(EngineTask task, VectorFormat format) {
    this.task = task;
    this.format = format;
    this.attune = Attune.open(task.folder());
  }

  VectorCollection collection() {
    return attune.collection(COLLECTION);
  }

  @Override
  public void build(RowFile base, IntConsumer progress) {
    CollectionSpec spec =
        new CollectionSpec(
            CollectionSpec.CALLER,
            base.width(),
            task.similarity(),
            task.graph().m(),
            task.graph().efConstruction(),
            format);
    VectorCollection collection = attune.createCollection(COLLECTION, spec);
    int batch = Math.clamp(BATCH_BYTES / (4 * base.width()), 1, VectorCollection.MAX_BATCH / 2);
    try (BulkLoad load = collection.bulkLoad(stage -> {})) {
      for (int from = 0; from < base.rows(); from += batch) {
        int to = Math.min(base.rows(), from + batch);
        List<Document> documents = new ArrayList<>(to - from);
        for (int row = from; row < to; row++) {
          documents.add(document(base, row));
        }
        load.add(documents);
        progress.accept(to);
      }
      load.finish();
    }
  }

  /** A row as a document; with the attribute only where filters ask for it. */
  Document document(RowFile base, int row) {
    Document document = Document.of(Integer.toString(row), Embedding.of(base.floats(row)));
    return task.selectivities().isEmpty()
        ? document
        : document.withMetadata(
            Metadata.builder().put(Attributes.NAME, Attributes.of(row)).build());
  }

  @Override
  public OptionalLong diskBytes() {
    return OptionalLong.of(collection().stats().diskBytes());
  }

  @Override
  public List<SearchSetting> settings() {
    List<SearchSetting> scans = task.selectivities().isEmpty() ? List.of() : task.each(Plan.EXACT);
    return Stream.of(task.each(Plan.AUTO), scans, task.aims(), task.walks())
        .flatMap(List::stream)
        // What is done under a filter is compared, so it is measured within a short time.
        .sorted(Comparator.comparingDouble(setting -> setting.selectivity().orElse(0)))
        .toList();
  }

  @Override
  public Lookup<SearchResponse> lookup(float[][] queries, SearchSetting setting) {
    List<Embedding> embeddings = Arrays.stream(queries).map(Embedding::of).toList();
    return new Requests(collection(), embeddings, setting);
  }

  @Override
  public void close() throws IOException {
    attune.close();
  }

  /** The request is made anew for every query, as an application does. */
  private record Requests(
      VectorCollection collection, List<Embedding> queries, SearchSetting setting)
      implements Lookup<SearchResponse> {
    @Override
    public SearchResponse find(int query) {
      SearchTuning tuning =
          switch (setting.plan()) {
            case AUTO -> SearchTuning.automatic();
            case GRAPH -> new SearchTuning(setting.ef(), false);
            case EXACT -> SearchTuning.exactScan();
            case TARGET -> SearchTuning.recall(setting.target());
          };
      SearchRequest.Builder request =
          SearchRequest.vector(queries.get(query))
              .k(setting.k())
              .tuning(tuning)
              .withDocuments(false);
      if (setting.selectivity().isPresent()) {
        long limit = Attributes.limit(setting.selectivity().getAsDouble());
        request.filter(new Filter.Lt(Attributes.NAME, MetadataValue.of(limit)));
      }
      return collection.search(request.build());
    }

    @Override
    public int[] rows(SearchResponse answer) {
      return answer.hits().stream().map(SearchHit::id).mapToInt(Integer::parseInt).toArray();
    }
  }
}
