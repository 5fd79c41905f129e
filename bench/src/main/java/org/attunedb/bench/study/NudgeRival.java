package org.attunedb.bench.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * NUDGE-N (Zeighami, Wellmer and Parameswaran, ICLR 2025): the queries stay, the documents move.
 * Each document d with training queries goes towards the sum G of these queries, on the unit sphere
 * and no farther than a chord γ: the closed form of {@code max d'·G} subject to {@code |d'| = 1}
 * and {@code |d' - d| ≤ γ}. γ is the one of 25 values from 0 to √2 that puts most queries of a
 * held-out fifth of the labels right at rank 1 when the others move the documents; of equal ones
 * the smallest. Then all labels move them.
 */
record NudgeRival() implements Rival {
  private static final int STEPS = 25;
  private static final int VALIDATION = 5;

  @Override
  public String label() {
    return "NUDGE-N";
  }

  @Override
  public Fitted fit(DenseCorpus corpus, VectorLabels labels, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, labels.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    int held = labels.size() / VALIDATION;
    double gamma =
        held == 0
            ? 0
            : gamma(
                corpus,
                labels.at(order.subList(held, order.size())),
                labels.at(order.subList(0, held)));
    Map<Integer, float[]> moved = new HashMap<>();
    directions(labels, corpus.dimension())
        .forEach((row, to) -> moved.put(row, move(corpus.row(row), to, gamma)));
    return new Fitted(query -> query, corpus.with(moved));
  }

  /** For each row with queries, the unit vector of their sum. */
  static Map<Integer, float[]> directions(VectorLabels labels, int dimension) {
    Map<Integer, float[]> sums = new HashMap<>();
    for (int q = 0; q < labels.size(); q++) {
      for (int row : labels.relevant().get(q)) {
        Vectors.add(
            sums.computeIfAbsent(row, r -> new float[dimension]), 1, labels.queries().get(q));
      }
    }
    sums.replaceAll((row, sum) -> Vectors.unit(sum));
    return sums;
  }

  /**
   * Turns a document towards a direction by at most the angle of a chord, and not beyond it.
   *
   * @param document of unit length
   * @param direction of unit length
   */
  static float[] move(float[] document, float[] direction, double gamma) {
    Weights weights = Weights.of(Vectors.dot(document, direction), gamma);
    float[] moved = new float[document.length];
    Vectors.add(moved, (float) weights.document, document);
    Vectors.add(moved, (float) weights.direction, direction);
    return moved;
  }

  /** The moved document as {@code document·d + direction·G/|G|}. */
  private record Weights(double document, double direction) {
    static Weights of(double cosine, double gamma) {
      double whole = Math.acos(Math.clamp(cosine, -1, 1));
      double angle = Math.min(whole, 2 * Math.asin(Math.min(1, gamma / 2)));
      double sine = Math.sin(whole);
      // Parallel vectors have nowhere to go, and opposite ones no direction to go in.
      return sine < 1e-9
          ? new Weights(1, 0)
          : new Weights(Math.sin(whole - angle) / sine, Math.sin(angle) / sine);
    }
  }

  private static double gamma(DenseCorpus corpus, VectorLabels training, VectorLabels validation) {
    Map<Integer, float[]> directions = directions(training, corpus.dimension());
    int[] rows = directions.keySet().stream().mapToInt(row -> row).sorted().toArray();
    float[][] towards = new float[rows.length][];
    Weights[][] weights = new Weights[STEPS][rows.length];
    for (int i = 0; i < rows.length; i++) {
      towards[i] = directions.getOrDefault(rows[i], new float[0]);
      double cosine = Vectors.dot(corpus.row(rows[i]), towards[i]);
      for (int step = 0; step < STEPS; step++) {
        weights[step][i] = Weights.of(cosine, chord(step));
      }
    }
    float[][] scores = corpus.scores(validation.queries());
    float[] right = new float[STEPS];
    for (int q = 0; q < scores.length; q++) {
      float[] query = validation.queries().get(q);
      double[] gains = Arrays.stream(towards).mapToDouble(to -> Vectors.dot(to, query)).toArray();
      for (int step = 0; step < STEPS; step++) {
        float[] after = scores[q].clone();
        for (int i = 0; i < rows.length; i++) {
          Weights turned = weights[step][i];
          after[rows[i]] = (float) (turned.document * after[rows[i]] + turned.direction * gains[i]);
        }
        right[step] += validation.isRelevant(q, first(after)) ? 1 : 0;
      }
    }
    return chord(first(right));
  }

  private static double chord(int step) {
    return Math.sqrt(2) * step / (STEPS - 1);
  }

  private static int first(float[] numbers) {
    int first = 0;
    for (int i = 1; i < numbers.length; i++) {
      first = numbers[i] > numbers[first] ? i : first;
    }
    return first;
  }
}
