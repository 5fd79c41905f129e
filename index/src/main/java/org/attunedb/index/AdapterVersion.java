package org.attunedb.index;

import java.time.Instant;
import java.util.Optional;
import org.attunedb.core.adapter.AdapterBinding;
import org.attunedb.core.adapter.AdapterScope;

/**
 * What a collection keeps of one version of its query adapter, without the weights.
 *
 * @param name {@code v1}, {@code v2} and so on; never used again
 * @param created when it was published or imported; empty if that was before times were recorded
 * @param active whether {@link org.attunedb.core.search.AdapterChoice.Active} applies it, to
 *     searches of its scope
 * @param dimension of the vectors that it takes
 * @param rank of its residual matrix
 * @param parameters number of its learned numbers, at least 1
 * @param binding what it belongs to, with the gate's held-out estimates where there are any
 * @param trainingDocuments number of documents that its training labels point to; 0 if unknown
 * @param origin where it came from
 */
public record AdapterVersion(
    String name,
    Optional<Instant> created,
    boolean active,
    int dimension,
    int rank,
    int parameters,
    AdapterBinding binding,
    int trainingDocuments,
    AdapterOrigin origin) {
  /** The searches that it is for; empty for all of the collection. */
  public Optional<AdapterScope> scope() {
    return binding.scope();
  }

  /**
   * Whether a gate has found it better on held-out queries of this collection. What was imported
   * has not been judged: measure it with {@link DeepMemory#evaluate} before it is activated.
   */
  public boolean judged() {
    return !(origin instanceof AdapterOrigin.Imported);
  }
}
