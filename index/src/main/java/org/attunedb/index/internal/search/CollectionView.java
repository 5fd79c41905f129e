package org.attunedb.index.internal.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.training.KeywordScores;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.lucene.FieldTypes;
import org.jspecify.annotations.Nullable;

/**
 * One immutable view of a collection together with what turns texts into vectors for it: several
 * searches on a view see the same documents. Thread-safe while it is held.
 */
public final class CollectionView {
  private final String collection;
  private final CollectionSpec spec;
  private final Snapshot snapshot;
  private final SnapshotSearcher searcher;
  private final @Nullable Embedder embedder;

  /** A view; the embedder is bound to the snapshot's term statistics. */
  public CollectionView(
      String collection,
      CollectionSpec spec,
      Snapshot snapshot,
      SnapshotSearcher searcher,
      @Nullable Embedder embedder) {
    this.collection = collection;
    this.spec = spec;
    this.snapshot = snapshot;
    this.searcher = searcher;
    this.embedder =
        embedder == null ? null : embedder.withStatistics(new SnapshotTermStatistics(snapshot));
  }

  /** The documents. */
  public Snapshot snapshot() {
    return snapshot;
  }

  /** What the collection was made for. */
  public CollectionSpec spec() {
    return spec;
  }

  /** Whether texts can be turned into vectors. */
  public boolean embedsTexts() {
    return embedder != null;
  }

  /** The collection's name. */
  public String collection() {
    return collection;
  }

  /**
   * The vectors that training reads, and their rows by document id.
   *
   * @param filter which documents take part; null for all
   */
  public SnapshotCorpusVectors corpusVectors(@Nullable Filter filter) throws IOException {
    return new SnapshotCorpusVectors(snapshot, spec.dimension(), filter);
  }

  /** The documents that a filter lets through; all for null. */
  public FilteredIds filteredIds(@Nullable Filter filter) throws IOException {
    return new FilteredIds(snapshot, filter);
  }

  /** The fields of a filter that no document has. */
  public List<String> unknownFields(Filter filter) throws IOException {
    return snapshot.unknownFields(filter);
  }

  /** The types that values of a metadata field have, in words. */
  public List<String> fieldTypes(String field) {
    return FieldTypes.of(snapshot.searcher().getIndexReader(), field);
  }

  /**
   * The row of a document's vector, -1 if there is no such document, or it has none or takes no
   * part.
   */
  public int row(SnapshotCorpusVectors vectors, String id) throws IOException {
    int doc = snapshot.find(id);
    return doc < 0 ? -1 : vectors.row(doc);
  }

  /**
   * What keyword search among the documents that take part says about a query text.
   *
   * @param limit most rows
   */
  public KeywordScores keywordScores(SnapshotCorpusVectors vectors, String text, int limit)
      throws IOException {
    List<ScoreDoc> hits = searcher.keywords(snapshot, text, limit, vectors.filter());
    int[] rows = new int[hits.size()];
    float[] scores = new float[hits.size()];
    int count = 0;
    for (ScoreDoc hit : hits) {
      int row = vectors.row(hit.doc);
      if (row >= 0 && hit.score > 0) {
        rows[count] = row;
        scores[count++] = hit.score;
      }
    }
    return KeywordScores.of(Arrays.copyOf(rows, count), Arrays.copyOf(scores, count));
  }

  /**
   * Embeds query texts.
   *
   * @throws InvalidInputException {@code embedder_missing} if the collection has none
   */
  public List<Embedding> embedQueries(List<String> texts) {
    if (embedder == null) {
      throw new InvalidInputException(
          ErrorCode.EMBEDDER_MISSING,
          "collection '%s' has vectors of '%s' and no embedder is attached: give the query as a vector"
              .formatted(collection, spec.embedder()));
    }
    List<Embedding> vectors = embedder.embedQueries(texts);
    if (vectors.size() != texts.size()) {
      throw new ModelException(
          ErrorCode.EMBEDDING_FAILED,
          "embedder '%s' returned %s vectors for %s texts"
              .formatted(spec.embedder(), vectors.size(), texts.size()));
    }
    vectors.forEach(this::given);
    return vectors;
  }

  /**
   * Searches.
   *
   * @param adapter the adapter to apply; null for none
   */
  public SearchResponse search(SearchRequest request, @Nullable AppliedAdapter adapter)
      throws IOException {
    return search(new Search(request, adapter));
  }

  private SearchResponse search(Search search) throws IOException {
    SearchRequest request = search.request();
    SearchClock clock = searcher.start(request);
    Embedding vector = request.mode() == SearchMode.KEYWORD ? null : vector(request.query());
    return searcher.search(snapshot, search, vector, clock);
  }

  /**
   * Makes the repeatable searches of this view that leave ef open go as far from now on as they
   * will: whatever was not measured of its segments is measured before this returns. Takes some
   * percent of the time that building their graphs took, where older versions left anything to do.
   */
  public void calibrate() throws IOException {
    searcher.calibrate(snapshot);
  }

  /**
   * Searches so that the same request finds the same, however busy the machine is and whatever was
   * searched before; after {@link #calibrate}.
   *
   * @param adapter the adapter to apply; null for none
   */
  public SearchResponse searchRepeatably(SearchRequest request, @Nullable AppliedAdapter adapter)
      throws IOException {
    return search(new Search(request, adapter, true));
  }

  /** Searches in parallel, after embedding all texts at once; answers in the order given. */
  List<SearchResponse> searchAll(List<Search> searches) {
    List<@Nullable Embedding> vectors = vectors(searches);
    return IntStream.range(0, searches.size())
        .parallel()
        .mapToObj(i -> search(searches.get(i), vectors.get(i)))
        .toList();
  }

  private SearchResponse search(Search search, @Nullable Embedding vector) {
    try {
      return searcher.search(snapshot, search, vector, searcher.start(search.request()));
    } catch (IOException e) {
      throw new UncheckedIOException("searching: " + e.getMessage(), e);
    }
  }

  private List<@Nullable Embedding> vectors(List<Search> searches) {
    List<@Nullable Embedding> vectors = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (Search search : searches) {
      Query query = search.request().query();
      boolean keyword = search.request().mode() == SearchMode.KEYWORD;
      if (!keyword && query instanceof Query.ByText text) {
        places.add(vectors.size());
        texts.add(text.text());
        vectors.add(null);
      } else {
        vectors.add(keyword ? null : vector(query));
      }
    }
    if (!texts.isEmpty()) {
      List<Embedding> embedded = embedQueries(texts);
      for (int i = 0; i < embedded.size(); i++) {
        vectors.set(places.get(i), embedded.get(i));
      }
    }
    return vectors;
  }

  private Embedding vector(Query query) {
    return switch (query) {
      case Query.ByText text -> embedQueries(List.of(text.text())).getFirst();
      case Query.ByEmbedding vector -> given(vector.embedding());
      case Query.ByTextAndEmbedding both -> given(both.embedding());
    };
  }

  private Embedding given(Embedding vector) {
    if (vector.dimension() != spec.dimension()) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_MISMATCH,
          "collection '%s': query has %s dimensions, expected %s"
              .formatted(collection, vector.dimension(), spec.dimension()));
    }
    return vector;
  }
}
