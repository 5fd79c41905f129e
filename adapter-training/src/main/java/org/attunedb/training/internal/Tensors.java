package org.attunedb.training.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/**
 * The candidate documents and the queries as native arrays, unit length each, that live as long as
 * a training. Memory: {@code 4·dimension·(documents + queries)} bytes outside the heap.
 */
final class Tensors implements AutoCloseable {
  private static final int ALIGNMENT = 64;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 2 * ALIGNMENT;

  private final Device device;
  private final NDManager manager;
  private final NDArray documentsTransposed;
  private final NDArray queries;

  /**
   * Copies vectors to a device.
   *
   * @throws TrainingException {@code training_failed} if they don't fit into memory
   */
  Tensors(
      CorpusVectors corpus, Candidates candidates, List<LabelledQuery> labelled, Device device) {
    this.device = device;
    int dimension = corpus.dimension();
    float[] row = new float[dimension];
    // One buffer for all rows: an array per float[] would keep a direct buffer each until
    // collected.
    ByteBuffer documents = buffer("documents", candidates.size(), dimension);
    FloatBuffer floats = documents.asFloatBuffer();
    for (int column = 0; column < candidates.size(); column++) {
      corpus.copyRow(candidates.row(column), row, 0);
      normalize(row);
      floats.put(row);
    }
    ByteBuffer vectors = buffer("queries", labelled.size(), dimension);
    FloatBuffer queryFloats = vectors.asFloatBuffer();
    for (LabelledQuery query : labelled) {
      queryFloats.put(query.vector().normalized().toArray());
    }
    this.manager = NDManager.newBaseManager(device, PyTorch.ENGINE);
    this.documentsTransposed = create(documents, candidates.size(), dimension).transpose();
    this.queries = create(vectors, labelled.size(), dimension);
  }

  private static ByteBuffer buffer(String what, int rows, int dimension) {
    long bytes = bytes(what, rows, dimension);
    try {
      // Aligned as PyTorch aligns its own arrays: matrix kernels add in another order elsewhere,
      // and
      // the same training would not give the same bytes. An aligned slice loses at both ends.
      return ByteBuffer.allocateDirect((int) bytes + 2 * ALIGNMENT)
          .alignedSlice(ALIGNMENT)
          .limit((int) bytes)
          .slice()
          .order(ByteOrder.nativeOrder());
    } catch (OutOfMemoryError e) {
      throw new TrainingException(
          ErrorCode.TRAINING_FAILED,
          "%s %s of %s dimensions need %s bytes of memory outside the heap, which are not free (see -XX:MaxDirectMemorySize)"
              .formatted(rows, what, dimension, bytes),
          e);
    }
  }

  /** The size of a matrix, which a buffer must be able to hold. */
  static long bytes(String what, int rows, int dimension) {
    long bytes = (long) rows * dimension * Float.BYTES;
    if (bytes > MAX_BYTES) {
      throw new TrainingException(
          ErrorCode.TRAINING_FAILED,
          "%s %s of %s dimensions need %s bytes, expected at most %s: train on fewer labels"
              .formatted(rows, what, dimension, bytes, MAX_BYTES));
    }
    return bytes;
  }

  private NDArray create(ByteBuffer floats, int rows, int dimension) {
    return manager.create(floats, new Shape(rows, dimension), DataType.FLOAT32);
  }

  private static void normalize(float[] vector) {
    double sum = 0;
    for (float component : vector) {
      sum += (double) component * component;
    }
    if (sum == 0) {
      return;
    }
    float factor = (float) (1 / Math.sqrt(sum));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }

  /** Where they are. */
  Device device() {
    return device;
  }

  /** A manager for arrays that live within one step. */
  NDManager step() {
    return manager.newSubManager();
  }

  /** Documents, shape {@code [dimension, candidates]}. */
  NDArray documentsTransposed() {
    return documentsTransposed;
  }

  /** The given queries, shape {@code [indexes.length, dimension]}, on the step's manager. */
  NDArray queries(NDManager step, int[] indexes) {
    long[] rows = new long[indexes.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = indexes[i];
    }
    return queries.get(step, new NDIndex("{}", step.create(rows)));
  }

  @Override
  public void close() {
    manager.close();
  }
}
