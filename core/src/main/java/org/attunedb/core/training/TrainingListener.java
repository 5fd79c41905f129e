package org.attunedb.core.training;

/**
 * Receives events on the training thread, which waits for the listener to return. An exception
 * thrown by a listener ends the training as failed.
 */
@FunctionalInterface
public interface TrainingListener {
  /** Called once for each event, in order. */
  void on(TrainingEvent event);

  /** A listener that ignores everything. */
  static TrainingListener none() {
    return event -> {};
  }

  /** A listener that calls this one, then {@code next}. */
  default TrainingListener andThen(TrainingListener next) {
    return event -> {
      on(event);
      next.on(event);
    };
  }
}
