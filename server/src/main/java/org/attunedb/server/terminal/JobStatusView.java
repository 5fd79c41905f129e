package org.attunedb.server.terminal;

import java.util.List;
import java.util.Locale;

/**
 * What the status box of a training job shows.
 *
 * @param id of the job
 * @param status where the job stands
 * @param progressLines latest progress, or why it failed; long lines are wrapped
 * @param resultLines the outcome; without any, the box says that there is none yet
 */
public record JobStatusView(
    String id, Status status, List<String> progressLines, List<String> resultLines) {
  /** Copies the lists. */
  public JobStatusView {
    progressLines = List.copyOf(progressLines);
    resultLines = List.copyOf(resultLines);
  }

  /** Where a job stands. */
  public enum Status {
    /** Waits for its turn. */
    PENDING,
    /** Runs. */
    TRAINING,
    /** Ended; an adapter was published or there was no improvement. */
    COMPLETED,
    /** Ended by a fault. */
    FAILED,
    /** Ended by a person. */
    CANCELLED,
    /** Ended with its process. */
    INTERRUPTED;

    /** As the box shows it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
