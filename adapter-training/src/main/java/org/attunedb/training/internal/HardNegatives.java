package org.attunedb.training.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/**
 * Finds the rows of a large corpus that the base ranking confuses with relevant ones: the nearest
 * of a sample of queries. Rows that are nearly the same as a relevant one are left out, because
 * nobody has judged them and they are probably relevant, too.
 */
final class HardNegatives {
  private static final int PER_QUERY = 20;
  private static final int MAX_QUERIES = 2_000;
  private static final int CHUNK = 4_096;

  /** From this cosine to a relevant row on, a row is taken for another copy of it. */
  private static final double SAME = 0.95;

  private final Device device;
  private final CancellationToken cancellation;

  HardNegatives(Device device, CancellationToken cancellation) {
    this.device = device;
    this.cancellation = cancellation;
  }

  /** The nearest rows of one query so far. */
  private static final class Nearest {
    private int[] rows = new int[0];
    private float[] scores = new float[0];

    void offer(float[] chunk, int offset, int length, int firstRow) {
      int[] best = Largest.of(chunk, offset, length, PER_QUERY);
      int[] allRows = new int[rows.length + best.length];
      float[] allScores = new float[allRows.length];
      System.arraycopy(rows, 0, allRows, 0, rows.length);
      System.arraycopy(scores, 0, allScores, 0, rows.length);
      for (int i = 0; i < best.length; i++) {
        allRows[rows.length + i] = firstRow + best[i];
        allScores[rows.length + i] = chunk[offset + best[i]];
      }
      int[] kept = Largest.of(allScores, 0, allScores.length, PER_QUERY);
      rows = IntStream.of(kept).map(place -> allRows[place]).toArray();
      scores = new float[kept.length];
      for (int i = 0; i < kept.length; i++) {
        scores[i] = allScores[kept[i]];
      }
    }
  }

  /** The rows, without judged ones of the query that they were found for. */
  BitSet mine(TrainingSet set, long seed) {
    List<LabelledQuery> queries = sample(set.queries(), new SplittableRandom(seed));
    List<Nearest> nearest = nearest(set.corpus(), queries);
    BitSet mined = new BitSet(set.corpus().size());
    for (int q = 0; q < queries.size(); q++) {
      List<Label> labels = queries.get(q).labels();
      List<Embedding> relevant =
          labels.stream()
              .filter(label -> label.grade() > 0)
              .map(label -> row(set.corpus(), label.row()))
              .toList();
      for (int row : nearest.get(q).rows) {
        boolean judged = labels.stream().anyMatch(label -> label.row() == row);
        if (!judged && !isCopy(row(set.corpus(), row), relevant)) {
          mined.set(row);
        }
      }
    }
    return mined;
  }

  private static List<LabelledQuery> sample(List<LabelledQuery> queries, SplittableRandom random) {
    List<LabelledQuery> order = new ArrayList<>(queries);
    int kept = Math.min(MAX_QUERIES, order.size());
    for (int i = 0; i < kept && kept < order.size(); i++) {
      int j = i + random.nextInt(order.size() - i);
      LabelledQuery swapped = order.get(i);
      order.set(i, order.get(j));
      order.set(j, swapped);
    }
    return order.subList(0, kept);
  }

  private List<Nearest> nearest(CorpusVectors corpus, List<LabelledQuery> queries) {
    int dimension = corpus.dimension();
    List<Nearest> nearest = new ArrayList<>();
    float[] vectors = new float[queries.size() * dimension];
    for (int q = 0; q < queries.size(); q++) {
      nearest.add(new Nearest());
      queries.get(q).vector().normalized().copyTo(vectors, q * dimension);
    }
    try (NDManager manager = NDManager.newBaseManager(device, PyTorch.ENGINE)) {
      NDArray all = manager.create(vectors, new Shape(queries.size(), dimension));
      for (int from = 0; from < corpus.size(); from += CHUNK) {
        cancellation.throwIfCancelled();
        int length = Math.min(CHUNK, corpus.size() - from);
        int firstRow = from;
        float[] scores = scores(manager, all, corpus, from, length);
        IntStream.range(0, queries.size())
            .parallel()
            .forEach(q -> nearest.get(q).offer(scores, q * length, length, firstRow));
      }
    }
    return nearest;
  }

  private static float[] scores(
      NDManager manager, NDArray queries, CorpusVectors corpus, int from, int length) {
    float[] chunk = new float[length * corpus.dimension()];
    for (int i = 0; i < length; i++) {
      corpus.copyRow(from + i, chunk, i * corpus.dimension());
    }
    try (NDManager step = manager.newSubManager()) {
      NDArray documents = step.create(chunk, new Shape(length, corpus.dimension()));
      NDArray here = queries.duplicate();
      here.attach(step);
      return here.matMul(documents.normalize(2, 1).transpose()).toFloatArray();
    }
  }

  private static Embedding row(CorpusVectors corpus, int row) {
    float[] vector = new float[corpus.dimension()];
    corpus.copyRow(row, vector, 0);
    return Embedding.of(vector);
  }

  private static boolean isCopy(Embedding row, List<Embedding> relevant) {
    return !row.isZero()
        && relevant.stream()
            .filter(known -> !known.isZero())
            .anyMatch(known -> row.normalized().dot(known.normalized()) >= SAME);
  }
}
