package org.attunedb.index;

/** Where an adapter version came from. */
public sealed interface AdapterOrigin {
  /**
   * A training of this collection made it, and its gate let it pass.
   *
   * @param jobId the job, which may have been deleted since
   */
  record Trained(String jobId) implements AdapterOrigin {}

  /**
   * It was read from a file. No gate has judged it on this collection.
   *
   * @param format of the file
   */
  record Imported(Format format) implements AdapterOrigin {}

  /** It was made before origins were recorded. */
  record Unrecorded() implements AdapterOrigin {}

  /** What adapters are imported from. */
  enum Format {
    /** A version that was exported from this or another collection. */
    ATTUNE,
    /** A square matrix as numpy keeps it: Deep Memory's {@code model.npy}. */
    NPY,
    /** A linear layer in safetensors: {@code weight} and perhaps {@code bias}. */
    SAFETENSORS
  }
}
