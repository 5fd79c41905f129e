package org.attunedb.server.dataset;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Judgments that were left out because they name a query or a document which the dataset lacks. A
 * document that is not there could never be found and would only lower every recall.
 *
 * @param judgments lines left out
 * @param queries distinct unknown query ids
 * @param documents distinct unknown document ids
 * @param queryExamples the first few of the unknown query ids
 * @param documentExamples the first few of the unknown document ids
 */
public record UnknownIds(
    int judgments,
    int queries,
    int documents,
    List<String> queryExamples,
    List<String> documentExamples) {
  /** How many examples are kept of each kind. */
  public static final int MAX_EXAMPLES = 5;

  /** Copies the lists. */
  public UnknownIds {
    queryExamples = List.copyOf(queryExamples);
    documentExamples = List.copyOf(documentExamples);
  }

  /** Whether nothing was left out. */
  public boolean isEmpty() {
    return judgments == 0;
  }

  /** One sentence for people. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (queries > 0) {
      parts.add(part(queries, "unknown query", "unknown queries", queryExamples));
    }
    if (documents > 0) {
      parts.add(part(documents, "unknown document", "unknown documents", documentExamples));
    }
    return judgments
        + (judgments == 1 ? " judgment names " : " judgments name ")
        + (parts.isEmpty() ? "nothing unknown" : String.join(" and ", parts));
  }

  private static String part(int count, String one, String many, List<String> examples) {
    return count
        + " "
        + (count == 1 ? one : many)
        + " ("
        + String.join(", ", examples)
        + (count > examples.size() ? ", …" : "")
        + ")";
  }

  /** Collects ids; not thread-safe. */
  static final class Collector {
    private final Set<String> queries = new LinkedHashSet<>();
    private final Set<String> documents = new LinkedHashSet<>();
    private int judgments;

    void add(QrelsFile.Judgment judgment, boolean unknownQuery, boolean unknownDocument) {
      judgments++;
      if (unknownQuery) {
        queries.add(judgment.queryId());
      }
      if (unknownDocument) {
        documents.add(judgment.documentId());
      }
    }

    UnknownIds finish() {
      return new UnknownIds(
          judgments,
          queries.size(),
          documents.size(),
          queries.stream().limit(MAX_EXAMPLES).toList(),
          documents.stream().limit(MAX_EXAMPLES).toList());
    }
  }
}
