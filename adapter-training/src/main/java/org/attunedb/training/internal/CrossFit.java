package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import org.attunedb.training.internal.OutOfFold.Part;

/**
 * Adapters fitted to the folds, each measured on the queries that it was not fitted to; and the
 * shares of the residual that suit seen and unseen queries, chosen by these measurements.
 */
final class CrossFit {
  /** The shares of the residual that are tried. */
  private static final float[] ALPHAS = {0, 0.25f, 0.5f, 0.75f, 1};

  /** Queries scored at a time when hidden vectors are read. */
  private static final int CHUNK = 1_024;

  /**
   * The chosen shares.
   *
   * @param seenAlpha for queries like the training's
   * @param unseenAlpha for queries unlike them, at most {@code seenAlpha}
   */
  record Choice(float seenAlpha, float unseenAlpha, Calibration calibration) {
    boolean isConstant() {
      return seenAlpha == unseenAlpha || calibration.slope() == 0;
    }

    /** The share of a query. */
    float alpha(double closeness) {
      if (seenAlpha == unseenAlpha) {
        return seenAlpha;
      }
      double s = 1 / (1 + Math.exp(-calibration.slope() * (closeness - calibration.midpoint())));
      return (float) (unseenAlpha + (seenAlpha - unseenAlpha) * s);
    }
  }

  private record Fold(List<Integer> heldOut, Factors factors) {}

  private final Tensors tensors;
  private final HeldOutRanks ranks;
  private final OutOfFold base;
  private final BitSet seen;
  private final double[] closeness;
  private final List<Fold> folds = new ArrayList<>();

  /**
   * Without folds yet.
   *
   * @param base the rankings without an adapter
   * @param seen which queries are seen when they are held out
   * @param queries number of queries
   */
  CrossFit(Tensors tensors, HeldOutRanks ranks, OutOfFold base, BitSet seen, int queries) {
    this.tensors = tensors;
    this.ranks = ranks;
    this.base = base;
    this.seen = seen;
    this.closeness = new double[queries];
  }

  void add(List<Integer> training, List<Integer> heldOut, Factors factors, long seed) {
    folds.add(new Fold(heldOut, factors));
    ClosenessSpace space = ClosenessSpace.of(hidden(training, factors), seed);
    List<float[]> vectors = hidden(heldOut, factors);
    for (int i = 0; i < vectors.size(); i++) {
      closeness[heldOut.get(i)] = space.closeness(vectors.get(i));
    }
  }

  /** Hidden vectors of queries. */
  List<float[]> hidden(List<Integer> queries, Factors factors) {
    List<float[]> hidden = new ArrayList<>();
    for (int from = 0; from < queries.size(); from += CHUNK) {
      int[] batch =
          queries.subList(from, Math.min(queries.size(), from + CHUNK)).stream()
              .mapToInt(q -> q)
              .toArray();
      try (NDManager step = tensors.step()) {
        float[] values = factors.hidden(tensors.queries(step, batch)).toFloatArray();
        for (int i = 0; i < batch.length; i++) {
          float[] row = new float[factors.rank()];
          System.arraycopy(values, i * row.length, row, 0, row.length);
          hidden.add(row);
        }
      }
    }
    return hidden;
  }

  /**
   * Chooses the shares by the objective on held-out queries. First that of unseen queries, by
   * unseen queries alone: what seen ones gain must not buy their loss. Then that of seen queries,
   * by both kinds alike (their mixture in the folds is not that of the future), with the blend
   * applied, because queries that it mistakes for the other kind count, too.
   *
   * @param acceptable whether the gate would let such rankings pass its guards
   */
  Choice choose(Predicate<OutOfFold> acceptable) {
    Calibration calibration = Calibration.fit(closeness, seen);
    float unseenAlpha = calibration.slope() > 0 ? bestForUnseen() : 0;
    Choice best = new Choice(0, 0, calibration);
    double highest = balanced(base);
    for (float alpha : ALPHAS) {
      if (alpha == 0 || alpha < unseenAlpha) {
        continue;
      }
      // Where closeness tells nothing, both kinds get the same share.
      Choice choice = new Choice(alpha, calibration.slope() > 0 ? unseenAlpha : alpha, calibration);
      OutOfFold results = measure(choice);
      if (balanced(results) > highest && acceptable.test(results)) {
        best = choice;
        highest = balanced(results);
      }
    }
    return best;
  }

  private float bestForUnseen() {
    float best = 0;
    double highest = base.mean(Part.UNSEEN).objective();
    for (float alpha : ALPHAS) {
      double objective = measure(closeness -> alpha).mean(Part.UNSEEN).objective();
      if (objective > highest) {
        best = alpha;
        highest = objective;
      }
    }
    return best;
  }

  private static double balanced(OutOfFold results) {
    if (results.isEmpty(Part.SEEN) || results.isEmpty(Part.UNSEEN)) {
      return results.mean(Part.ALL).objective();
    }
    return (results.mean(Part.SEEN).objective() + results.mean(Part.UNSEEN).objective()) / 2;
  }

  /** The rankings with the chosen shares. */
  OutOfFold measure(Choice choice) {
    return measure(choice::alpha);
  }

  /** The share of a query by its closeness. */
  @FunctionalInterface
  private interface Share {
    float of(double closeness);
  }

  private OutOfFold measure(Share share) {
    OutOfFold results = base.copy();
    for (Fold fold : folds) {
      results.put(
          fold.heldOut,
          ranks.measure(
              fold.heldOut,
              (queries, indexes) -> fold.factors.adapt(queries, shares(queries, indexes, share))));
    }
    return results;
  }

  private NDArray shares(NDArray queries, int[] indexes, Share share) {
    float[] shares = new float[indexes.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = share.of(closeness[indexes[i]]);
    }
    return queries.getManager().create(shares, new Shape(shares.length, 1));
  }
}
