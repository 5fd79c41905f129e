package org.attunedb.index;

import java.util.Optional;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.training.GateDecision;

/** Where a training job stands. */
public sealed interface JobState {
  /** Waiting for the trainer. */
  record Pending() implements JobState {}

  /** Running. */
  record Training() implements JobState {}

  /**
   * The training ran to its end.
   *
   * @param decision whether an adapter was published, and why
   * @param version the published version, which is now active; empty if none was
   * @param usage what became of the labels
   */
  record Completed(GateDecision decision, Optional<String> version, LabelUsage usage)
      implements JobState {}

  /** The training failed; search stays as it was. */
  record Failed(ErrorCode code, String message) implements JobState {}

  /** The training was cancelled; search stays as it was. */
  record Cancelled() implements JobState {}

  /**
   * The process that ran the job, or that it waited in, ended without ending the job. Search stays
   * as it was; {@link DeepMemory#resume} goes on from what the job had kept.
   */
  record Interrupted() implements JobState {}

  /** Whether nothing more will happen, unless the job is resumed. */
  default boolean isFinal() {
    return !(this instanceof Pending || this instanceof Training);
  }
}
