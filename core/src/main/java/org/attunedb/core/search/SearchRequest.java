package org.attunedb.core.search;

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
 */
public record SearchRequest(
    Query query,
    int k,
    SearchMode mode,
    @Nullable Filter filter,
    AdapterChoice adapter,
    Fusion fusion,
    SearchTuning tuning,
    boolean withDocuments) {
  /** Largest number of hits. */
  public static final int MAX_K = 10_000;

  /** Checks k, the filter's size and that the query fits the mode. */
  public SearchRequest {
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

    private Builder(Query query) {
      this.query = query;
    }

    /** Most hits to return. */
    public Builder k(int hits) {
      this.k = hits;
      return this;
    }

    /** Which rankings to use. */
    public Builder mode(SearchMode searchMode) {
      this.mode = searchMode;
      return this;
    }

    /** Condition on metadata; null for none. */
    public Builder filter(@Nullable Filter condition) {
      this.filter = condition;
      return this;
    }

    /** Which query adapter to apply. */
    public Builder adapter(AdapterChoice choice) {
      this.adapter = choice;
      return this;
    }

    /** How hybrid search fuses. */
    public Builder fusion(Fusion method) {
      this.fusion = method;
      return this;
    }

    /** The expert's knobs. */
    public Builder tuning(SearchTuning knobs) {
      this.tuning = knobs;
      return this;
    }

    /** Whether hits carry text and metadata. */
    public Builder withDocuments(boolean included) {
      this.withDocuments = included;
      return this;
    }

    /** The finished request. */
    public SearchRequest build() {
      return new SearchRequest(query, k, mode, filter, adapter, fusion, tuning, withDocuments);
    }
  }
}
