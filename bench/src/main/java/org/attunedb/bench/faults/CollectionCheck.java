package org.attunedb.bench.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.VectorCollection;
import org.jspecify.annotations.Nullable;

/** Compares all ways to read a collection with each other and with a model. Stateless. */
final class CollectionCheck {
  private static final int PAGE = 17;
  private static final int HITS = 10;
  private static final int ALL_HITS = 1000;

  /** Scaling a unit vector again may change its last bits. */
  private static final double COMPONENT_TOLERANCE = 1e-6;

  private static final double SCORE_TOLERANCE = 1e-5;

  private static final List<Filter> FILTERS =
      List.of(
          Filter.eq("colour", "red"),
          new Filter.Gte("count", MetadataValue.of(5L)),
          new Filter.Lt("price", MetadataValue.of(12.5)),
          Filter.eq("new", true),
          new Filter.Contains("tags", "red"),
          new Filter.Exists("price"));

  private CollectionCheck() {}

  /** All documents, page by page. */
  static NavigableMap<String, Document> scan(VectorCollection collection) {
    NavigableMap<String, Document> documents = new TreeMap<>();
    String after = null;
    while (true) {
      List<Document> page = collection.scan(after, PAGE, null);
      if (page.isEmpty()) {
        return documents;
      }
      for (Document document : page) {
        if (documents.put(document.id(), document) != null) {
          throw new ViolationException("the scan gives '" + document.id() + "' twice");
        }
      }
      after = page.getLast().id();
    }
  }

  /** Whether two collections hold the same documents. */
  static boolean same(
      NavigableMap<String, Document> expected, NavigableMap<String, Document> found) {
    return expected.keySet().equals(found.keySet()) && differing(expected, found).isEmpty();
  }

  private static List<String> differing(
      NavigableMap<String, Document> expected, NavigableMap<String, Document> found) {
    return expected.values().stream()
        .filter(document -> !same(document, found.get(document.id())))
        .map(Document::id)
        .toList();
  }

  private static boolean same(Document expected, @Nullable Document found) {
    return found != null
        && expected.withEmbedding(null).equals(found.withEmbedding(null))
        && same(expected.embedding(), found.embedding());
  }

  private static boolean same(@Nullable Embedding expected, @Nullable Embedding found) {
    if (expected == null || found == null) {
      return expected == null && found == null;
    }
    for (int i = 0; i < expected.dimension(); i++) {
      if (Math.abs(expected.get(i) - found.get(i)) > COMPONENT_TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  /** What is lost, back and changed in comparison with the newest state, for people. */
  static String difference(
      NavigableMap<String, Document> expected, NavigableMap<String, Document> found) {
    Set<String> lost = new TreeSet<>(expected.keySet());
    lost.removeAll(found.keySet());
    Set<String> back = new TreeSet<>(found.keySet());
    back.removeAll(expected.keySet());
    List<String> changed =
        differing(expected, found).stream().filter(id -> !lost.contains(id)).toList();
    return "beside the newest, lost %s, back %s, other versions of %s"
        .formatted(lost, back, changed);
  }

  /**
   * Compares every other way to read with the documents of a scan.
   *
   * @throws ViolationException if one disagrees
   */
  static void requireConsistent(
      VectorCollection collection, NavigableMap<String, Document> documents) {
    requireGets(collection, documents);
    requireCounts(collection, documents);
    requireNearest(collection, documents);
    requireWords(collection, documents);
  }

  private static void requireGets(
      VectorCollection collection, NavigableMap<String, Document> documents) {
    documents.forEach(
        (id, document) ->
            require(Optional.of(document), collection.get(id), "get of '" + id + "'"));
    require(Optional.empty(), collection.get("never-written"), "get of an unknown id");
    List<String> ids = List.copyOf(documents.keySet());
    require(ids, collection.ids(null, ALL_HITS, null), "ids");
  }

  private static void requireCounts(
      VectorCollection collection, NavigableMap<String, Document> documents) {
    require((long) documents.size(), collection.count(null), "count");
    for (Filter filter : FILTERS) {
      List<String> expected =
          documents.values().stream()
              .filter(document -> filter.matches(document.metadata()))
              .map(Document::id)
              .toList();
      require((long) expected.size(), collection.count(filter), "count of " + filter);
      require(expected, collection.ids(null, ALL_HITS, filter), "ids of " + filter);
    }
  }

  private static void requireNearest(
      VectorCollection collection, NavigableMap<String, Document> documents) {
    Embedding query =
        documents.isEmpty()
            ? Embedding.unit(1, 0, 0, 0, 0, 0, 0, 0)
            : query(List.copyOf(documents.values()));
    Map<String, Double> scores = new HashMap<>();
    documents
        .values()
        .forEach(
            document -> scores.put(document.id(), score(collection, query, document.embedding())));
    List<Double> best =
        scores.values().stream().sorted(Comparator.reverseOrder()).limit(HITS).toList();
    List<SearchHit> hits =
        collection
            .search(SearchRequest.vector(query).k(HITS).tuning(SearchTuning.exactScan()).build())
            .hits();
    require(best.size(), hits.size(), "number of nearest neighbours");
    for (int i = 0; i < hits.size(); i++) {
      SearchHit hit = hits.get(i);
      Double own = scores.get(hit.id());
      if (own == null
          || Math.abs(own - hit.score()) > SCORE_TOLERANCE
          || Math.abs(best.get(i) - hit.score()) > SCORE_TOLERANCE) {
        throw new ViolationException(
            "nearest neighbour %s is %s, whose score is %s, expected a score of %s"
                .formatted(i + 1, hit, own, best.get(i)));
      }
    }
  }

  /** Between two documents, so that it is near to several. */
  private static Embedding query(List<Document> documents) {
    Embedding first = documents.getFirst().embedding();
    Embedding last = documents.getLast().embedding();
    if (first == null || last == null) {
      throw new ViolationException("a document came back without its vector");
    }
    float[] sum = first.toArray();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += 0.5f * last.get(i);
    }
    return Embedding.unit(sum);
  }

  private static double score(
      VectorCollection collection, Embedding query, @Nullable Embedding vector) {
    if (vector == null) {
      throw new ViolationException("a document came back without its vector");
    }
    if (collection.spec().similarity() == Similarity.COSINE) {
      return query.dot(vector) / (query.norm() * vector.norm());
    }
    double squares = 0;
    for (int i = 0; i < query.dimension(); i++) {
      double difference = query.get(i) - vector.get(i);
      squares += difference * difference;
    }
    return 1 / (1 + squares);
  }

  private static void requireWords(
      VectorCollection collection, NavigableMap<String, Document> documents) {
    require(documents.keySet(), found(collection, Documents.COMMON), "ids of the common word");
    List<Document> all = new ArrayList<>(documents.values());
    for (int i = 0; i < all.size(); i += 1 + all.size() / 4) {
      Document document = all.get(i);
      String text = String.valueOf(document.text());
      String own = text.substring(text.indexOf(' ') + 1);
      require(Set.of(document.id()), found(collection, own), "ids of the word '" + own + "'");
    }
  }

  private static Set<String> found(VectorCollection collection, String word) {
    SearchRequest request =
        SearchRequest.text(word).mode(SearchMode.KEYWORD).k(ALL_HITS).withDocuments(false).build();
    Set<String> ids = new TreeSet<>();
    collection.search(request).hits().forEach(hit -> ids.add(hit.id()));
    return ids;
  }

  private static void require(Object expected, Object actual, String what) {
    if (!expected.equals(actual)) {
      throw new ViolationException(
          what + " does not fit the scan: got " + actual + ", expected " + expected);
    }
  }
}
