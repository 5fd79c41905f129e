package org.attunedb.core.evaluation;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * The judgments of one query: document id → grade. A document is relevant if its grade is above 0;
 * grade 0 is an explicit "not relevant". A document judged twice keeps its highest grade.
 */
public final class Relevance {
  private final Map<String, Double> grades;
  private final int relevantCount;

  private Relevance(Map<String, Double> grades) {
    this.grades = Collections.unmodifiableMap(grades);
    this.relevantCount = (int) grades.values().stream().filter(g -> g > 0).count();
  }

  /**
   * Merges judgments.
   *
   * @throws InvalidInputException {@code labels_invalid} for a negative or non-finite grade
   */
  public static Relevance of(Collection<RelevantDocument> judgments) {
    Map<String, Double> merged = new LinkedHashMap<>();
    for (RelevantDocument judgment : judgments) {
      merged.merge(judgment.documentId(), judgment.grade(), Math::max);
    }
    return new Relevance(merged);
  }

  /** Copies a map of grades. */
  public static Relevance of(Map<String, Double> grades) {
    return of(
        grades.entrySet().stream()
            .map(e -> new RelevantDocument(e.getKey(), e.getValue()))
            .toList());
  }

  /** The grade of a document, 0 if it was not judged. */
  public double grade(String documentId) {
    return grades.getOrDefault(documentId, 0.0);
  }

  /** Whether the document's grade is above 0. */
  public boolean isRelevant(String documentId) {
    return grade(documentId) > 0;
  }

  /** Number of documents with a grade above 0. */
  public int relevantCount() {
    return relevantCount;
  }

  /** All judgments, unmodifiable, in the order in which they came. */
  public Map<String, Double> grades() {
    return grades;
  }

  /** One judgment: a document and how relevant it is, 0 for not at all. */
  public record RelevantDocument(String documentId, double grade) {
    /** Checks the grade. */
    public RelevantDocument {
      if (!Double.isFinite(grade) || grade < 0) {
        throw new InvalidInputException(
            ErrorCode.LABELS_INVALID,
            "relevance of document '"
                + documentId
                + "' is "
                + grade
                + ", expected a finite number of at least 0");
      }
    }

    /** A relevant document of grade 1. */
    public static RelevantDocument of(String documentId) {
      return new RelevantDocument(documentId, 1);
    }
  }
}
