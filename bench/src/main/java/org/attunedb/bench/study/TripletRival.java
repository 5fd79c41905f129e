package org.attunedb.bench.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A square matrix that starts as the identity, fitted to triplets of a query, a relevant and a
 * random other document with a margin between their cosines.
 *
 * @param margin that the relevant document shall be ahead
 * @param epochs passes over the labels at most
 * @param batch triplets in one step of Adam at 1e-3
 * @param negatives random documents for each relevant one, drawn anew in each epoch
 * @param patience so many epochs without a better MRR on a held-out fifth of the labels end the
 *     training, and the best epoch is used, where the start counts as one; 0 for no validation and
 *     the last weights
 */
record TripletRival(double margin, int epochs, int batch, int negatives, int patience)
    implements Rival {
  private static final double RATE = 1e-3;
  private static final int VALIDATION = 5;

  /** The defaults of Santander's linear-adapter-trainer. */
  static TripletRival validated() {
    return new TripletRival(0.2, 20, 64, 1, 5);
  }

  /**
   * The recipe of Chroma's report on embedding adapters, but from the identity and with Adam at
   * 1e-3: its own random start ends far below no adapter.
   */
  static TripletRival unvalidated() {
    return new TripletRival(0.3, 10, 256, 5, 0);
  }

  /** One example: a query by its index and two rows. */
  private record Triplet(int query, int positive, int negative) {}

  @Override
  public String label() {
    return patience > 0 ? "triplet, validated" : "triplet";
  }

  @Override
  public Fitted fit(DenseCorpus corpus, VectorLabels labels, long seed) {
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>(IntStream.range(0, labels.size()).boxed().toList());
    Collections.shuffle(order, random);
    int held = patience > 0 ? labels.size() / VALIDATION : 0;
    VectorLabels validation = labels.at(order.subList(0, held));
    VectorLabels training = labels.at(order.subList(held, order.size()));

    LinearMap map = LinearMap.identity(corpus.dimension());
    Adam adam = new Adam(map.weights().length, 0);
    LinearMap best = map.copy();
    double bestMrr = held == 0 ? 0 : mrr(map, corpus, validation);
    int bestEpoch = 0;
    for (int epoch = 1; epoch <= epochs; epoch++) {
      epoch(map, adam, corpus, training, random);
      double mrr = held == 0 ? Double.POSITIVE_INFINITY : mrr(map, corpus, validation);
      if (held == 0 || mrr > bestMrr) {
        best = map.copy();
        bestMrr = mrr;
        bestEpoch = epoch;
      } else if (epoch - bestEpoch >= patience) {
        break;
      }
    }
    return new Fitted(best::apply, corpus);
  }

  private void epoch(
      LinearMap map, Adam adam, DenseCorpus corpus, VectorLabels labels, Random random) {
    List<Triplet> triplets = triplets(corpus, labels, random);
    Collections.shuffle(triplets, random);
    for (int from = 0; from < triplets.size(); from += batch) {
      List<Triplet> part = triplets.subList(from, Math.min(triplets.size(), from + batch));
      float[] gradient = new float[map.weights().length];
      for (Triplet triplet : part) {
        float[] query = labels.queries().get(triplet.query);
        float[] output = map.apply(query);
        float[] byOutput = new float[output.length];
        double loss =
            Losses.triplet(
                output,
                corpus.row(triplet.positive),
                corpus.row(triplet.negative),
                margin,
                1.0 / part.size(),
                byOutput);
        if (loss > 0) {
          map.addGradient(gradient, query, byOutput);
        }
      }
      adam.step(map.weights(), gradient, RATE);
    }
  }

  private List<Triplet> triplets(DenseCorpus corpus, VectorLabels labels, Random random) {
    List<Triplet> triplets = new ArrayList<>();
    for (int query = 0; query < labels.size(); query++) {
      for (int positive : labels.relevant().get(query)) {
        for (int i = 0; i < negatives; i++) {
          int negative = random.nextInt(corpus.size());
          // A corpus in which nearly everything is relevant has no other document to offer.
          for (int tries = 0; labels.isRelevant(query, negative) && tries < 100; tries++) {
            negative = random.nextInt(corpus.size());
          }
          triplets.add(new Triplet(query, positive, negative));
        }
      }
    }
    return triplets;
  }

  /** Mean reciprocal rank of the best relevant row among all rows. */
  static double mrr(LinearMap map, DenseCorpus corpus, VectorLabels labels) {
    float[][] scores = corpus.scores(labels.queries().stream().map(map::apply).toList());
    double sum = 0;
    for (int q = 0; q < scores.length; q++) {
      float own = Float.NEGATIVE_INFINITY;
      for (int row : labels.relevant().get(q)) {
        own = Math.max(own, scores[q][row]);
      }
      int rank = 1;
      for (float score : scores[q]) {
        if (score > own) {
          rank++;
        }
      }
      sum += 1.0 / rank;
    }
    return sum / scores.length;
  }
}
