package org.attunedb.bench.study;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.CollectionReads;
import org.attunedb.server.dataset.JudgedQuery;

/** The test queries of a dataset that something is relevant to. */
record TestQueries(List<JudgedQuery> queries) {
  TestQueries {
    queries = queries.stream().filter(query -> query.relevance().relevantCount() > 0).toList();
  }

  int size() {
    return queries.size();
  }

  List<Relevance> relevance() {
    return queries.stream().map(JudgedQuery::relevance).toList();
  }

  /** Searches for all of them as an application would. */
  PerQuery search(CollectionReads collection, SearchMode mode, AdapterChoice adapter) {
    List<List<String>> rankings = new ArrayList<>();
    for (int from = 0; from < size(); from += CollectionReads.MAX_SEARCHES) {
      int to = Math.min(size(), from + CollectionReads.MAX_SEARCHES);
      List<SearchRequest> requests =
          queries.subList(from, to).stream().map(query -> request(query, mode, adapter)).toList();
      collection.searchAll(requests).stream().map(SearchResponse::ids).forEach(rankings::add);
    }
    return PerQuery.of(rankings, relevance());
  }

  private static SearchRequest request(JudgedQuery query, SearchMode mode, AdapterChoice adapter) {
    return SearchRequest.text(query.text())
        .mode(mode)
        .adapter(adapter)
        .k(PerQuery.DEPTH)
        .withDocuments(false)
        .build();
  }
}
