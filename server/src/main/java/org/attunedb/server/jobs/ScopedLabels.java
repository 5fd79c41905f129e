package org.attunedb.server.jobs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.attunedb.core.Document;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.search.Query;
import org.attunedb.index.CollectionReads;
import org.attunedb.index.LabelledQueries;

/** Labels of a whole collection's feedback, cut down to those of a scope. Stateless. */
final class ScopedLabels {
  private static final int PAGE = 500;

  private ScopedLabels() {}

  /** Without judgments of documents outside of the scope, and queries that have no others. */
  static LabelledQueries within(
      CollectionReads collection, AdapterScope scope, LabelledQueries labels) {
    Set<String> outside = outside(collection, scope, labels);
    List<Query> queries = new ArrayList<>();
    List<Relevance> relevance = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      Map<String, Double> grades = new LinkedHashMap<>(labels.relevance().get(i).grades());
      grades.keySet().removeAll(outside);
      if (!grades.isEmpty()) {
        queries.add(labels.queries().get(i));
        relevance.add(Relevance.of(grades));
      }
    }
    return new LabelledQueries(queries, relevance);
  }

  private static Set<String> outside(
      CollectionReads collection, AdapterScope scope, LabelledQueries labels) {
    List<String> ids =
        labels.relevance().stream()
            .flatMap(each -> each.grades().keySet().stream())
            .distinct()
            .toList();
    Set<String> outside = new HashSet<>();
    for (int from = 0; from < ids.size(); from += PAGE) {
      collection.getAll(ids.subList(from, Math.min(ids.size(), from + PAGE))).stream()
          .filter(document -> !scope.filter().matches(document.metadata()))
          .map(Document::id)
          .forEach(outside::add);
    }
    return outside;
  }
}
