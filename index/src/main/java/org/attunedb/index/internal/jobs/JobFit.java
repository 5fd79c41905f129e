package org.attunedb.index.internal.jobs;

import java.util.ArrayList;
import java.util.List;

/**
 * What checkpoints belong to; they mean nothing for anything else.
 *
 * @param corpus hash of the vectors
 * @param labels hash of the query vectors and their judged rows
 * @param config settings of the training
 * @param trainer name of the method
 */
public record JobFit(String corpus, String labels, String config, String trainer) {
  /** What is not the same, in words. */
  public List<String> differences(JobFit other) {
    List<String> differences = new ArrayList<>();
    if (!corpus.equals(other.corpus)) {
      differences.add("corpus");
    }
    if (!labels.equals(other.labels)) {
      differences.add("labels");
    }
    if (!config.equals(other.config)) {
      differences.add("settings");
    }
    if (!trainer.equals(other.trainer)) {
      differences.add("trainer");
    }
    return differences;
  }
}
