package org.attunedb.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;

/** Vectors for tests, and search without any index. */
final class Vectors {
  private Vectors() {}

  /** An id and its score by the documented formula. */
  record Scored(String id, double score) {}

  /** Independent normally distributed components. */
  static Embedding random(int dimension, RandomGenerator random) {
    return near(new double[dimension], 1, random);
  }

  /** A point around {@code centre}. */
  static Embedding near(double[] centre, double spread, RandomGenerator random) {
    double[] components = new double[centre.length];
    for (int i = 0; i < components.length; i++) {
      components[i] = centre[i] + spread * random.nextGaussian();
    }
    return Embedding.of(components);
  }

  static double[] doubles(Embedding vector) {
    double[] components = new double[vector.dimension()];
    for (int i = 0; i < components.length; i++) {
      components[i] = vector.get(i);
    }
    return components;
  }

  /** The score on the scale that {@link Similarity} documents. */
  static double score(Similarity similarity, Embedding a, Embedding b) {
    return switch (similarity) {
      case COSINE -> a.dot(b) / (a.norm() * b.norm());
      case DOT_PRODUCT -> a.dot(b);
      case EUCLIDEAN -> {
        double squares = 0;
        for (int i = 0; i < a.dimension(); i++) {
          double difference = (double) a.get(i) - b.get(i);
          squares += difference * difference;
        }
        yield 1 / (1 + squares);
      }
    };
  }

  /** Every id, best first; vectors by position, ids {@code ids.get(position)}. */
  static List<Scored> bruteForce(
      Similarity similarity, Embedding query, List<String> ids, List<Embedding> vectors) {
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      scored.add(new Scored(ids.get(i), score(similarity, query, vectors.get(i))));
    }
    scored.sort(bestFirst());
    return scored;
  }

  /** Higher scores first, equal ones by id. */
  static Comparator<Scored> bestFirst() {
    return Comparator.<Scored>comparingDouble(s -> -s.score()).thenComparing(Scored::id);
  }
}
