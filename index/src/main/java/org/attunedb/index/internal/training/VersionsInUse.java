package org.attunedb.index.internal.training;

import java.util.Map;
import java.util.Optional;
import org.attunedb.core.Embedding;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.index.internal.jobs.JobFit;

/**
 * What searches in a scope apply when it has a version of its own that not every mode uses: in the
 * other modes the collection's. Thread-safe.
 *
 * @param own the scope's
 * @param shared the collection's
 */
record VersionsInUse(ActiveVersion own, ActiveVersion shared) implements IncumbentVersion {
  private ActiveVersion of(SearchMode mode) {
    return own.isUsedBy(mode) ? own : shared;
  }

  @Override
  public String version() {
    return own.version() + " and " + shared.version();
  }

  @Override
  public boolean isUsedBy(SearchMode mode) {
    return of(mode).isUsedBy(mode);
  }

  @Override
  public boolean isShared(SearchMode mode) {
    return of(mode).isShared(mode);
  }

  @Override
  public boolean remembers(LabelledQuery query) {
    return own.remembers(query) || shared.remembers(query);
  }

  @Override
  public boolean remembersAll() {
    return own.remembersAll() && shared.remembersAll();
  }

  @Override
  public VersionsInUse beside(JobFit training) {
    return new VersionsInUse(own.beside(training), shared.beside(training));
  }

  /** Asked for where the scope's own is used. */
  @Override
  public Optional<Map<String, Double>> heldOutOfTheSame() {
    return own.heldOutOfTheSame();
  }

  @Override
  public Answer apply(Embedding query, SearchMode mode) {
    return of(mode).apply(query, mode);
  }
}
