package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Adapts queries: {@code u = normalize(q + q·W1·W2…)}; beside a prior, whose residual stays as it
 * is, {@code u = normalize(q + q·P + q·W1·W2…)}. One factor is the full matrix, two factors a
 * low-rank form. Input {@code q: [batch, dimension]}, output {@code u: [batch, dimension]}, both of
 * unit length.
 *
 * <p>Factors map from left to right, so that applying them needs no transposed copy, which would
 * belong to the long-lived parameter's manager and pile up.
 */
final class ResidualBlock extends AbstractBlock {
  private static final byte VERSION = 1;

  private final List<Parameter> factors = new ArrayList<>();
  private final UnaryOperator<NDArray> prior;

  private ResidualBlock(UnaryOperator<NDArray> prior) {
    super(VERSION);
    this.prior = prior;
  }

  /**
   * A full matrix of zeros: the adapter that it adds to.
   *
   * @param prior what is done to queries before the residual is added; the identity for nothing
   */
  static ResidualBlock full(int dimension, UnaryOperator<NDArray> prior) {
    ResidualBlock block = new ResidualBlock(prior);
    block.add(new float[dimension * dimension], dimension, dimension);
    return block;
  }

  /** A low-rank form that starts at given factors. */
  static ResidualBlock lowRank(Factors start) {
    return lowRank(start, UnaryOperator.identity());
  }

  /** A low-rank form that starts at given factors and adds to another adapter. */
  static ResidualBlock lowRank(Factors start, UnaryOperator<NDArray> prior) {
    ResidualBlock block = new ResidualBlock(prior);
    block.add(start.in(), start.dimension(), start.rank());
    block.add(start.out(), start.rank(), start.dimension());
    return block;
  }

  private void add(float[] start, int rows, int columns) {
    factors.add(
        addParameter(
            Parameter.builder()
                .setName("factor" + factors.size())
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(rows, columns))
                .optInitializer((manager, shape, type) -> manager.create(start, shape))
                .build()));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    NDArray queries = inputs.singletonOrThrow();
    List<NDArray> values =
        factors.stream()
            .map(factor -> store.getValue(factor, queries.getDevice(), training))
            .toList();
    return new NDList(apply(queries, values));
  }

  private NDArray apply(NDArray queries, List<NDArray> values) {
    NDArray residual = queries;
    for (NDArray value : values) {
      residual = residual.matMul(value);
    }
    return prior.apply(queries).add(residual).normalize(2, 1);
  }

  /** The adapted queries outside training, with all of the residual. */
  NDArray adapt(NDArray queries) {
    return apply(queries, factors.stream().map(Parameter::getArray).toList());
  }

  /** The current value of a factor, row-major. */
  float[] factor(int index) {
    return factors.get(index).getArray().toFloatArray();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return inputs;
  }

  @Override
  public void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    // There are none.
  }
}
