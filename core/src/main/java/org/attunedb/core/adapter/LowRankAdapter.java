package org.attunedb.core.adapter;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * Applies {@link AdapterWeights} in plain Java. Thread-safe.
 *
 * <p>Cost: {@code 2·rank·dimension} multiply-adds, and with a memory of n queries {@code n·rank +
 * 64·dimension} more, on bytes, if the mode's profile depends on the query; components of the query
 * that are zero are skipped. Memory: the weights once more, and {@code n·rank} bytes.
 */
public final class LowRankAdapter implements QueryAdapter {
  /** A smaller gain moves no document past another. */
  private static final float MIN_BONUS = 1e-3f;

  /** More recalled documents than a page of hits would only cost time. */
  private static final int MAX_RECALLED = 100;

  private final AdapterWeights weights;
  private final int dimension;
  private final int rank;
  private final float[][] downColumns;
  private final float[][] upRows;
  private final float[] bias;
  private final @Nullable QueryMemory memory;
  private final @Nullable ClosestQueries closest;

  /** Lays the weights out for speed. */
  public LowRankAdapter(AdapterWeights weights) {
    this.weights = weights;
    this.dimension = weights.dimension();
    this.rank = weights.rank();
    this.downColumns = Axpy.columns(weights.down(), rank, dimension);
    this.upRows = Axpy.rows(weights.up(), rank, dimension);
    this.bias = weights.bias();
    this.memory = weights.memory().orElse(null);
    this.closest = memory == null ? null : new ClosestQueries(memory, downColumns, rank);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public boolean isBetter(SearchMode mode) {
    return mode != SearchMode.KEYWORD && weights.profile(mode).better();
  }

  @Override
  public Adapted apply(Embedding query, SearchMode mode) {
    if (query.dimension() != dimension) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_MISMATCH,
          "query has %s dimensions, expected %s by its adapter"
              .formatted(query.dimension(), dimension));
    }
    ModeProfile profile = weights.profile(mode);
    if (query.isZero() || (!profile.needsMemory() && profile.isIdentity())) {
      return new Adapted(query, profile.keywordWeight().unseen(), List.of());
    }
    float[] unit = query.normalized().toArray();
    float[] hidden = new float[rank];
    Axpy.addRows(downColumns, unit, hidden);
    List<ClosestQueries.Close> close =
        closest == null || !profile.needsMemory() ? List.of() : closest.find(unit, hidden);
    double s = memory == null || close.isEmpty() ? 0 : memory.seen().at(close.getFirst().cosine());
    Embedding vector = residual(query, unit, hidden, (float) profile.alpha().at(s));
    return new Adapted(
        vector, profile.keywordWeight().at(s), recalled(close, profile.memoryWeight()));
  }

  /** What it applies. */
  public AdapterWeights weights() {
    return weights;
  }

  /** The training queries, if it remembers any. */
  public Optional<QueryMemory> memory() {
    return Optional.ofNullable(memory);
  }

  /**
   * The remembered queries that a query hardly differs from, of those that searches find.
   *
   * @param cosine the least, -1 to 1
   */
  public List<Integer> remembered(Embedding query, double cosine) {
    if (closest == null || query.isZero()) {
      return List.of();
    }
    float[] unit = query.normalized().toArray();
    float[] hidden = new float[rank];
    Axpy.addRows(downColumns, unit, hidden);
    return closest.find(unit, hidden).stream()
        .filter(close -> close.cosine() >= cosine)
        .map(ClosestQueries.Close::query)
        .toList();
  }

  private Embedding residual(Embedding query, float[] unit, float[] hidden, float share) {
    if (share == 0) {
      return query;
    }
    float[] residual = bias.clone();
    Axpy.addRows(upRows, hidden, residual);
    for (int i = 0; i < dimension; i++) {
      unit[i] += share * residual[i];
    }
    return Embedding.unit(unit);
  }

  private List<Recalled> recalled(List<ClosestQueries.Close> close, float weight) {
    if (memory == null || weight == 0) {
      return List.of();
    }
    Map<String, Float> bonuses = new HashMap<>();
    for (ClosestQueries.Close query : close) {
      float bonus = (float) (weight * memory.sameDocument().at(query.cosine()));
      if (bonus >= MIN_BONUS) {
        for (QueryMemory.Relevant relevant : memory.relevant(query.query())) {
          bonuses.merge(relevant.document(), bonus * relevant.share(), Math::max);
        }
      }
    }
    return bonuses.entrySet().stream()
        .sorted(
            Map.Entry.<String, Float>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MAX_RECALLED)
        .map(entry -> new Recalled(entry.getKey(), entry.getValue()))
        .toList();
  }
}
