package org.attunedb.index.internal.jobs;

import java.nio.file.Path;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/** Compares every file of a collection's jobs with its checksum. Stateless. */
public final class JobVerifier {
  private JobVerifier() {}

  /** Takes what was found. */
  @FunctionalInterface
  public interface Sink {
    /** The problem is null for a sound file. */
    void found(Path file, @Nullable String problem);
  }

  /** Verifies the folder of the jobs; what is half-made is passed over. */
  public static void verify(StoreFiles files, Path directory, Sink sink) {
    if (!files.ops().isDirectory(directory)) {
      return;
    }
    for (Path folder : files.directories(directory)) {
      if (JobStore.ID.matcher(folder.getFileName().toString()).matches()) {
        verifyJob(files, folder, sink);
      }
    }
  }

  private static void verifyJob(StoreFiles files, Path folder, Sink sink) {
    check(files, folder, folder.resolve(JobJson.FILE), sink, () -> JobJson.read(files, folder));
    String ended = endedLog(files, folder);
    for (Path file : files.list(folder)) {
      String name = file.getFileName().toString();
      if (name.equals(RequestJson.FILE)) {
        check(files, file, file, sink, () -> RequestJson.read(files, folder));
      } else if (name.endsWith(".jsonl")) {
        boolean forced = name.equals(ended);
        check(files, file, file, sink, () -> readLog(files, file, forced));
      } else if (name.equals(JobFolder.CANCEL)) {
        check(files, file, file, sink, () -> requireEmpty(files, file));
      }
    }
    for (Path file : FolderCheckpoints.files(files, folder.resolve(JobFolder.CHECKPOINTS))) {
      check(files, file, file, sink, () -> FolderCheckpoints.content(files, file));
    }
  }

  /** The name of the log that was forced to the disk before the job's end was; or none's. */
  private static String endedLog(StoreFiles files, Path folder) {
    try {
      JobRecord job = JobJson.read(files, folder);
      return job.state().isFinal() ? JobLog.name(job.attempt()) : "";
    } catch (StoreException e) {
      return "";
    }
  }

  private static void readLog(StoreFiles files, Path file, boolean forced) {
    if (forced) {
      JobLog.verify(files, file);
    } else {
      // A power failure may have left any part of it: that is no damage.
      files.read(file);
    }
  }

  private static void requireEmpty(StoreFiles files, Path file) {
    int bytes = files.read(file).length;
    if (bytes > 0) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT, "%s: has %s bytes, expected none".formatted(file, bytes));
    }
  }

  /**
   * What vanishes meanwhile, or whose folder does, was deleted by the process that runs the job.
   */
  private static void check(StoreFiles files, Path lasting, Path file, Sink sink, Runnable step) {
    try {
      step.run();
      sink.found(file, null);
    } catch (AttuneException | InvalidInputException e) {
      if (files.ops().exists(lasting)) {
        sink.found(file, e.getMessage());
      }
    }
  }
}
