package org.attunedb.index.internal.store;

import java.util.function.Consumer;
import org.apache.lucene.index.ConcurrentMergeScheduler;

/** Merges in the background and reports a failure where Lucene would print a stack trace. */
final class BackgroundMerges extends ConcurrentMergeScheduler {
  private final Consumer<Throwable> failed;

  BackgroundMerges(Consumer<Throwable> failed) {
    this.failed = failed;
  }

  @Override
  protected void handleMergeException(Throwable exc) {
    failed.accept(exc);
  }
}
