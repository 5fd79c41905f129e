package org.attunedb.index.internal.jobs;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.training.CheckpointStore;
import org.attunedb.index.JobLogEntry;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * The files of one job.
 *
 * <pre>
 * job.json           see {@link JobJson}
 * request.json       see {@link RequestJson}; until the job has completed
 * log-N.jsonl        see {@link JobLog}; of the last attempts
 * checkpoints/       see {@link FolderCheckpoints}; until the job has completed
 * cancel             empty; somebody wants the job to stop
 * </pre>
 *
 * <p>Stateless apart from the files; one thread at a time may write.
 */
public final class JobFolder {
  static final String CHECKPOINTS = "checkpoints";
  static final String CANCEL = "cancel";
  static final int KEPT_LOGS = 5;

  /** Labels that would take more are not kept. */
  private static final long MAX_REQUEST_BYTES = 64 << 20;

  private final StoreFiles files;
  private final Path folder;

  JobFolder(StoreFiles files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  /** What is kept of the job. */
  public JobRecord read() {
    return JobJson.read(files, folder);
  }

  /** Keeps what is known of the job. */
  public void write(JobRecord job) {
    JobJson.write(files, folder, job);
  }

  /** Whether a request is small enough to be kept. */
  public static boolean keeps(TrainingRequest request) {
    return RequestJson.bytes(request) <= MAX_REQUEST_BYTES;
  }

  void writeRequest(TrainingRequest request) {
    if (keeps(request)) {
      RequestJson.write(files, folder, request);
    }
  }

  /** Labels and settings; empty if they were not kept. */
  public Optional<TrainingRequest> request() {
    return files.ops().exists(folder.resolve(RequestJson.FILE))
        ? Optional.of(RequestJson.read(files, folder))
        : Optional.empty();
  }

  /** The log of an attempt, to be written. */
  JobLog newLog(int attempt) {
    files.deleteRecursively(folder.resolve(JobLog.name(attempt - KEPT_LOGS)));
    return new JobLog(files, folder.resolve(JobLog.name(attempt)));
  }

  /** The logs of the last attempts; a line says where one can't be read any further. */
  public List<JobLogEntry> log(int attempt) {
    List<JobLogEntry> entries = new ArrayList<>();
    for (int i = Math.max(1, attempt - KEPT_LOGS + 1); i <= attempt; i++) {
      Path file = folder.resolve(JobLog.name(i));
      if (files.ops().exists(file)) {
        JobLog.Content content = JobLog.read(files, file);
        entries.addAll(content.entries());
        if (content.problem() != null) {
          Instant last = entries.isEmpty() ? Instant.EPOCH : entries.getLast().time();
          entries.add(
              new JobLogEntry(
                  last, "%s is truncated: %s".formatted(JobLog.name(i), content.problem())));
        }
      }
    }
    return entries;
  }

  CheckpointStore checkpoints() {
    return new FolderCheckpoints(files, folder.resolve(CHECKPOINTS));
  }

  int checkpointCount() {
    return FolderCheckpoints.files(files, folder.resolve(CHECKPOINTS)).size();
  }

  void clearCheckpoints() {
    files.deleteRecursively(folder.resolve(CHECKPOINTS));
  }

  /** Removes what only another attempt would need. */
  void clearForGood() {
    clearCheckpoints();
    files.deleteRecursively(folder.resolve(RequestJson.FILE));
  }

  /** Whether somebody wants the job to stop. */
  boolean isCancelRequested() {
    return files.ops().exists(folder.resolve(CANCEL));
  }

  /** Forgets that somebody wanted the job to stop. */
  public void clearCancelRequest() {
    files.deleteRecursively(folder.resolve(CANCEL));
  }

  /** Asks the process that runs the job to stop it. */
  public void requestCancel() {
    Path file = folder.resolve(CANCEL);
    try {
      files.ops().create(file).close();
    } catch (FileAlreadyExistsException e) {
      return; // Somebody else asked, too.
    } catch (IOException e) {
      throw StoreFiles.failed(file, "write", e);
    }
  }
}
