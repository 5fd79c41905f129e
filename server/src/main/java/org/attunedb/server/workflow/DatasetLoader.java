package org.attunedb.server.workflow;

import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.search.Query;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.JudgedQuery;
import org.attunedb.server.terminal.ProgressBar;

/** Datasets into collections. Stateless. */
public final class DatasetLoader {
  private static final int BATCH = 2_000;

  private DatasetLoader() {}

  /** Writes every document of the dataset, with a progress bar on stderr. */
  public static void load(BeirDataset dataset, VectorCollection collection, Out out) {
    try (ProgressBar bar =
            new ProgressBar(
                out.err(), out.errKind(), Clock.systemUTC(), "storing", dataset.documentCount());
        Stream<List<Document>> batches = dataset.documents(BATCH)) {
      long stored = 0;
      for (var iterator = batches.iterator(); iterator.hasNext(); ) {
        List<Document> batch = iterator.next();
        collection.upsert(batch);
        stored += batch.size();
        bar.update(stored, stored + " documents");
      }
    }
  }

  /** The queries of a split with their judgments. */
  public static LabelledQueries labels(List<JudgedQuery> queries) {
    return new LabelledQueries(
        queries.stream().map(query -> (Query) new Query.ByText(query.text())).toList(),
        queries.stream().map(JudgedQuery::relevance).toList());
  }

  /** The documents that the queries of a split point to. */
  public static Set<String> relevantDocuments(List<JudgedQuery> queries) {
    Set<String> documents = new HashSet<>();
    for (JudgedQuery query : queries) {
      query.relevance().grades().keySet().stream()
          .filter(query.relevance()::isRelevant)
          .forEach(documents::add);
    }
    return documents;
  }
}
