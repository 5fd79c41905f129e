package org.attunedb.index;

import java.util.List;

/**
 * What {@link Attune#verify} found.
 *
 * @param files every file of the store, and those that are missing, by path
 */
public record VerificationReport(List<FileFinding> files) {
  /** Copies the list. */
  public VerificationReport {
    files = List.copyOf(files);
  }

  /** Whether nothing is damaged. */
  public boolean isSound() {
    return damaged().isEmpty();
  }

  /** The files that are damaged. */
  public List<FileFinding> damaged() {
    return files.stream().filter(file -> file.state() == FileFinding.State.DAMAGED).toList();
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(FileFinding::bytes).sum();
  }
}
