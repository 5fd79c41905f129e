package org.attunedb.index;

/**
 * How a file is read as an adapter.
 *
 * @param transpose whether a matrix M stands for {@code u = q·M}; else for {@code u = M·q}, as
 *     PyTorch's linear layers keep it. Must be false for a version that Attune exported
 */
public record AdapterImport(boolean transpose) {
  /** {@code u = M·q}. */
  public static AdapterImport defaults() {
    return new AdapterImport(false);
  }

  /** {@code u = q·M}. */
  public static AdapterImport transposed() {
    return new AdapterImport(true);
  }
}
