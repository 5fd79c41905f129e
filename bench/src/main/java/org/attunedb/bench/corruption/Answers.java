package org.attunedb.bench.corruption;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.VectorCollection;

/**
 * Everything that a collection says: all documents, and hits of all modes, without and with
 * adapters.
 */
record Answers(List<Document> documents, List<String> versions, List<List<SearchHit>> hits) {
  /** Compiled and interpreted vector code differ in the last bits. */
  private static final double TOLERANCE = 1e-5;

  private static final int QUERIES = 4;
  private static final int K = 15;

  static Answers of(VectorCollection collection) {
    List<List<SearchHit>> hits = new ArrayList<>();
    List<String> versions =
        collection.deepMemory().versions().stream().map(AdapterVersion::name).toList();
    List<AdapterChoice> adapters =
        new ArrayList<>(List.of(AdapterChoice.none(), AdapterChoice.active()));
    versions.forEach(version -> adapters.add(AdapterChoice.version(version)));
    for (SearchRequest.Builder request : requests(collection)) {
      for (AdapterChoice adapter : adapters) {
        hits.add(collection.search(request.adapter(adapter).k(K).build()).hits());
      }
    }
    List<Document> documents = new ArrayList<>(collection.scan(null, 1000, null));
    documents.addAll(collection.scan(null, 1000, Filter.eq("count", 3)));
    for (Document document : List.copyOf(documents)) {
      collection.get(document.id()).ifPresent(documents::add);
    }
    return new Answers(documents, versions, hits);
  }

  private static List<SearchRequest.Builder> requests(VectorCollection collection) {
    SplittableRandom random = new SplittableRandom(5);
    boolean vectors = collection.name().equals(SampleStore.VECTORS);
    List<SearchRequest.Builder> requests = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      Embedding vector = SampleStore.vector(random);
      String text = List.of("toner ink", "harbour crew own7", "paper own19", "cabin").get(i);
      requests.add(SearchRequest.text(text).mode(SearchMode.KEYWORD));
      if (vectors) {
        requests.add(SearchRequest.vector(vector));
        requests.add(
            SearchRequest.of(new Query.ByTextAndEmbedding(text, vector)).mode(SearchMode.HYBRID));
      } else {
        requests.add(SearchRequest.text(text).mode(SearchMode.VECTOR));
        requests.add(SearchRequest.text(text).mode(SearchMode.HYBRID));
      }
    }
    return requests;
  }

  /** Whether these are the same answers, but for rounding. */
  boolean sameAs(Answers other) {
    if (!documents.equals(other.documents)
        || !versions.equals(other.versions)
        || hits.size() != other.hits.size()) {
      return false;
    }
    for (int i = 0; i < hits.size(); i++) {
      if (!same(hits.get(i), other.hits.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(List<SearchHit> some, List<SearchHit> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      SearchHit one = some.get(i);
      SearchHit other = others.get(i);
      if (!one.id().equals(other.id()) || Math.abs(one.score() - other.score()) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }
}
