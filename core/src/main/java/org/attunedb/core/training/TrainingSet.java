package org.attunedb.core.training;

import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * What an adapter learns from: the corpus and queries with judged rows of it.
 *
 * @param corpus document vectors
 * @param queries labelled queries; each has at least one row with a grade above 0 and a vector of
 *     the corpus's dimension that is not zero
 * @param carried queries of an earlier training that are learned from, too, but judge nothing
 */
public record TrainingSet(
    CorpusVectors corpus, List<LabelledQuery> queries, List<LabelledQuery> carried) {
  /** Without queries of an earlier training. */
  public TrainingSet(CorpusVectors corpus, List<LabelledQuery> queries) {
    this(corpus, queries, List.of());
  }

  /** Checks dimensions and rows. */
  public TrainingSet {
    queries = List.copyOf(queries);
    carried = List.copyOf(carried);
    require(corpus, queries);
    require(corpus, carried);
  }

  /** All that is learned from: the labelled queries, then the carried ones. */
  public List<LabelledQuery> learned() {
    return Stream.concat(queries.stream(), carried.stream()).toList();
  }

  private static void require(CorpusVectors corpus, List<LabelledQuery> queries) {
    for (LabelledQuery query : queries) {
      if (query.vector().dimension() != corpus.dimension()) {
        throw new InvalidInputException(
            ErrorCode.DIMENSION_MISMATCH,
            "training query has %s dimensions, expected %s"
                .formatted(query.vector().dimension(), corpus.dimension()));
      }
      for (Label label : query.labels()) {
        if (label.row() < 0 || label.row() >= corpus.size()) {
          throw new IllegalArgumentException(
              "label names row " + label.row() + " of " + corpus.size() + " rows");
        }
      }
    }
  }

  /**
   * A query and its judged rows.
   *
   * @param vector the query's base vector, shape {@code [dimension]}, not adapted
   * @param labels judged rows, each row once
   * @param keywords what keyword search says, for hybrid search
   */
  public record LabelledQuery(Embedding vector, List<Label> labels, KeywordScores keywords) {
    /** Copies the list. */
    public LabelledQuery {
      labels = List.copyOf(labels);
    }

    /** A query without keyword scores. */
    public LabelledQuery(Embedding vector, List<Label> labels) {
      this(vector, labels, KeywordScores.none());
    }
  }

  /**
   * One judgment.
   *
   * @param row of the corpus
   * @param grade 0 for "not relevant", above 0 for relevant
   */
  public record Label(int row, double grade) {}
}
