package org.attunedb.core.adapter;

import java.util.Arrays;
import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * The training queries and the documents that were relevant to them. A new query that is close to a
 * remembered one is probably about the same document, which tells two things: whether the query is
 * about a document that training knew (the share of the adapter depends on it), and which document
 * that is.
 *
 * <p>Each query is kept as one byte a component: {@code component ≈ byte · scale / 127} with the
 * query's largest component as scale. Immutable.
 */
public final class QueryMemory {
  /** Most remembered queries: finding the closest of them must stay cheaper than the search. */
  public static final int MAX_QUERIES = 16_384;

  /** Most documents that one remembered query may point to; the best are kept. */
  public static final int MAX_RELEVANT = 100;

  private static final int LEVELS = 127;

  /** No component of a vector of unit length is larger, but for rounding. */
  private static final float MAX_SCALE = 1.01f;

  private final int dimension;
  private final byte[] codes;
  private final float[] scales;
  private final List<List<Relevant>> relevant;
  private final Logistic seen;
  private final Logistic sameDocument;

  /**
   * A document that a remembered query was about.
   *
   * @param document its id
   * @param share its grade relative to the query's best, above 0 to 1
   */
  public record Relevant(String document, float share) {
    /** Checks the range. */
    public Relevant {
      if (!(share > 0 && share <= 1)) {
        throw invalid("share of document '" + document + "' is " + share);
      }
    }
  }

  /**
   * Copies a memory.
   *
   * @param dimension of the queries
   * @param codes row-major, shape {@code [count, dimension]}, 1 to {@value #MAX_QUERIES} queries
   * @param scales shape {@code [count]}, each 0 to 1
   * @param relevant for each query, its documents, at most {@value #MAX_RELEVANT}
   * @param seen from the cosine to the closest remembered query to the probability that a query is
   *     about a document that training knew
   * @param sameDocument from the cosine to one of the closest remembered queries to the probability
   *     that both are about the same document
   * @throws InvalidInputException {@code adapter_invalid} if shapes disagree or a scale is out of
   *     range
   */
  public QueryMemory(
      int dimension,
      byte[] codes,
      float[] scales,
      List<List<Relevant>> relevant,
      Logistic seen,
      Logistic sameDocument) {
    if (scales.length < 1 || scales.length > MAX_QUERIES) {
      throw invalid("%s queries, expected 1 to %s".formatted(scales.length, MAX_QUERIES));
    }
    if ((long) scales.length * dimension != codes.length || relevant.size() != scales.length) {
      throw invalid(
          "%s codes, %s scales and %s lists of documents for queries of %s dimensions"
              .formatted(codes.length, scales.length, relevant.size(), dimension));
    }
    for (float scale : scales) {
      if (!(scale >= 0 && scale <= MAX_SCALE)) {
        throw invalid("scale is " + scale + ", expected 0 to 1, as of queries of unit length");
      }
    }
    for (List<Relevant> documents : relevant) {
      if (documents.size() > MAX_RELEVANT) {
        throw invalid(
            "a query with %s documents, expected at most %s"
                .formatted(documents.size(), MAX_RELEVANT));
      }
    }
    this.dimension = dimension;
    this.codes = codes.clone();
    this.scales = scales.clone();
    this.relevant = relevant.stream().map(List::copyOf).toList();
    this.seen = seen;
    this.sameDocument = sameDocument;
  }

  /**
   * Remembers queries.
   *
   * @param queries of unit length, 1 to {@value #MAX_QUERIES}
   * @param relevant for each query, its documents
   */
  public static QueryMemory of(
      List<Embedding> queries,
      List<List<Relevant>> relevant,
      Logistic seen,
      Logistic sameDocument) {
    int dimension = queries.isEmpty() ? 0 : queries.getFirst().dimension();
    byte[] codes = new byte[Math.multiplyExact(queries.size(), dimension)];
    float[] scales = new float[queries.size()];
    for (int q = 0; q < scales.length; q++) {
      float[] query = queries.get(q).toArray();
      for (float component : query) {
        scales[q] = Math.max(scales[q], Math.abs(component));
      }
      for (int i = 0; i < dimension && scales[q] > 0; i++) {
        codes[q * dimension + i] = (byte) Math.round(query[i] / scales[q] * LEVELS);
      }
    }
    return new QueryMemory(dimension, codes, scales, relevant, seen, sameDocument);
  }

  /** Length of the queries. */
  public int dimension() {
    return dimension;
  }

  /** Number of remembered queries. */
  public int count() {
    return scales.length;
  }

  /** A copy of the codes, row-major, shape {@code [count, dimension]}. */
  public byte[] codes() {
    return codes.clone();
  }

  /** A copy of the scales, shape {@code [count]}. */
  public float[] scales() {
    return scales.clone();
  }

  /** The documents of one remembered query. */
  public List<Relevant> relevant(int query) {
    return relevant.get(query);
  }

  /** From the largest cosine to the probability that a query is about a known document. */
  public Logistic seen() {
    return seen;
  }

  /** From a cosine to the probability that both queries are about the same document. */
  public Logistic sameDocument() {
    return sameDocument;
  }

  /** One remembered query, of unit length but for the rounding of its codes. */
  public Embedding embedding(int query) {
    return Embedding.of(query(query));
  }

  /** The components of one remembered query, shape {@code [dimension]}. */
  float[] query(int query) {
    float[] components = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      components[i] = codes[query * dimension + i] * scales[query] / LEVELS;
    }
    return components;
  }

  /** The inner product of a vector with a remembered query. */
  float dot(int query, Quarters vector) {
    return vector.dot(codes, query * dimension) * scales[query] / LEVELS;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QueryMemory that
        && dimension == that.dimension
        && seen.equals(that.seen)
        && sameDocument.equals(that.sameDocument)
        && relevant.equals(that.relevant)
        && Arrays.equals(scales, that.scales)
        && Arrays.equals(codes, that.codes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(codes) + Arrays.hashCode(scales);
  }

  @Override
  public String toString() {
    return "QueryMemory[%s queries, dimension=%s]".formatted(count(), dimension);
  }

  static InvalidInputException invalid(String problem) {
    return new InvalidInputException(ErrorCode.ADAPTER_INVALID, "adapter memory: " + problem);
  }
}
