package org.attunedb.core.search;

import java.time.Duration;
import java.util.Objects;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * One search.
 *
 * @param query what is looked for
 * @param k most hits to return, 1 to {@value #MAX_K}
 * @param mode which rankings to use
 * @param filter condition on metadata; null for none. Filters never cost hits: if k documents
 *     match, k come back
 * @param adapter which query adapter to apply
 * @param fusion how hybrid search fuses
 * @param tuning the expert's knobs
 * @param withDocuments whether hits carry text and metadata, or only ids and scores
 * @param offset how many of the best hits to leave out; offset + k is at most {@value #MAX_K}
 * @param after the place behind which hits are wanted; null for the beginning. Vectors are then
 *     compared exactly unless the tuning sets ef. Not together with offset or mmr
 * @param minScore lowest {@link SearchHit#score} wanted, on the scale of the mode; null for any
 * @param mmr how to make the hits diverse; null for the plain ranking. Needs at least offset + k
 *     candidates
 * @param timeout longest time to take, above 0; null for any. Beyond it the search ends with {@link
 *     org.attunedb.core.error.SearchTimeoutException}. A running embedder is not interrupted
 */
public record SearchRequest(
    Query query,
    int k,
    SearchMode mode,
    @Nullable Filter filter,
    AdapterChoice adapter,
    Fusion fusion,
    SearchTuning tuning,
    boolean withDocuments,
    int offset,
    @Nullable SearchAfter after,
    @Nullable Double minScore,
    @Nullable Mmr mmr,
    @Nullable Duration timeout) {
  /** Largest number of hits. */
  public static final int MAX_K = 10_000;

  /** Checks ranges, the filter's size and that the options fit each other. */
  public SearchRequest {
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(adapter, "adapter");
    Objects.requireNonNull(fusion, "fusion");
    Objects.requireNonNull(tuning, "tuning");
    if (k < 1 || k > MAX_K) {
      throw new InvalidInputException(
          ErrorCode.K_OUT_OF_RANGE, "k is " + k + ", expected 1 to " + MAX_K);
    }
    if (filter != null) {
      filter.requireWithinLimits();
    }
    if (mode != SearchMode.VECTOR && query.text() == null) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, mode + " search needs a query text, got only a vector");
    }
    requirePlace(offset, k, after, mmr);
    if (minScore != null && !Double.isFinite(minScore)) {
      throw outOfRange("minScore is " + minScore + ", expected a finite number");
    }
    if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
      throw outOfRange("timeout is " + timeout + ", expected more than zero");
    }
  }

  private static void requirePlace(
      int offset, int k, @Nullable SearchAfter after, @Nullable Mmr mmr) {
    if (offset < 0 || offset > MAX_K - k) {
      throw outOfRange("offset is %s, expected 0 to %s for k %s".formatted(offset, MAX_K - k, k));
    }
    if (after != null && offset > 0) {
      throw outOfRange("offset is " + offset + ", expected 0 together with after");
    }
    if (after != null && mmr != null) {
      throw outOfRange("mmr does not keep the order that after needs: give one of them");
    }
    if (mmr != null && mmr.candidates() < offset + k) {
      throw outOfRange(
          "mmr candidates is %s, expected at least offset + k = %s"
              .formatted(mmr.candidates(), offset + k));
    }
  }

  private static InvalidInputException outOfRange(String message) {
    return new InvalidInputException(ErrorCode.OPTION_OUT_OF_RANGE, message);
  }

  /** A request for the documents that fit a text. */
  public static Builder text(String text) {
    return new Builder(new Query.ByText(text));
  }

  /** A request for the nearest neighbours of a vector. */
  public static Builder vector(Embedding embedding) {
    return new Builder(new Query.ByEmbedding(embedding));
  }

  /** A request for any query. */
  public static Builder of(Query query) {
    return new Builder(query);
  }

  /** Collects options: k 10, vector mode, active adapter, documents included. Not thread-safe. */
  public static final class Builder {
    private final Query query;
    private int k = 10;
    private SearchMode mode = SearchMode.VECTOR;
    private @Nullable Filter filter;
    private AdapterChoice adapter = AdapterChoice.active();
    private Fusion fusion = Fusion.automatic();
    private SearchTuning tuning = SearchTuning.automatic();
    private boolean withDocuments = true;
    private int offset;
    private @Nullable SearchAfter after;
    private @Nullable Double minScore;
    private @Nullable Mmr mmr;
    private @Nullable Duration timeout;

    private Builder(Query query) {
      this.query = Objects.requireNonNull(query, "query");
    }

    /** Most hits to return. */
    public Builder k(int hits) {
      this.k = hits;
      return this;
    }

    /** Which rankings to use. */
    public Builder mode(SearchMode searchMode) {
      this.mode = Objects.requireNonNull(searchMode, "searchMode");
      return this;
    }

    /** Condition on metadata; null for none. */
    public Builder filter(@Nullable Filter condition) {
      this.filter = condition;
      return this;
    }

    /** Which query adapter to apply. */
    public Builder adapter(AdapterChoice choice) {
      this.adapter = Objects.requireNonNull(choice, "choice");
      return this;
    }

    /** How hybrid search fuses. */
    public Builder fusion(Fusion method) {
      this.fusion = Objects.requireNonNull(method, "method");
      return this;
    }

    /** The expert's knobs. */
    public Builder tuning(SearchTuning knobs) {
      this.tuning = Objects.requireNonNull(knobs, "knobs");
      return this;
    }

    /** In place of the tuning: the size of the candidate list of the graph search. */
    public Builder ef(int size) {
      return tuning(SearchTuning.ef(size));
    }

    /** In place of the tuning: the part of the true neighbours to find, for example 0.95. */
    public Builder recall(double target) {
      return tuning(SearchTuning.recall(target));
    }

    /** Whether hits carry text and metadata. */
    public Builder withDocuments(boolean included) {
      this.withDocuments = included;
      return this;
    }

    /** How many of the best hits to leave out. */
    public Builder offset(int hits) {
      this.offset = hits;
      return this;
    }

    /** The place behind which hits are wanted; null for the beginning. */
    public Builder after(@Nullable SearchAfter place) {
      this.after = place;
      return this;
    }

    /** Only hits strictly behind this one. */
    public Builder after(SearchHit hit) {
      return after(SearchAfter.of(Objects.requireNonNull(hit, "hit")));
    }

    /** Lowest score wanted; null for any. */
    public Builder minScore(@Nullable Double score) {
      this.minScore = score;
      return this;
    }

    /** How to make the hits diverse; null for the plain ranking. */
    public Builder mmr(@Nullable Mmr diversity) {
      this.mmr = diversity;
      return this;
    }

    /** Longest time to take; null for any. */
    public Builder timeout(@Nullable Duration longest) {
      this.timeout = longest;
      return this;
    }

    /** The finished request. */
    public SearchRequest build() {
      return new SearchRequest(
          query,
          k,
          mode,
          filter,
          adapter,
          fusion,
          tuning,
          withDocuments,
          offset,
          after,
          minScore,
          mmr,
          timeout);
    }
  }
}
