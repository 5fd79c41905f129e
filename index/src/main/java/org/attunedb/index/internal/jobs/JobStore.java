package org.attunedb.index.internal.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * The jobs of a collection: one folder each, which is made under a temporary name and renamed, and
 * renamed before it is deleted. Not thread-safe for writes.
 */
public final class JobStore {
  static final Pattern ID = Pattern.compile("[0-9a-f]{24}");
  private static final String TEMPORARY = ".tmp";

  private final StoreFiles files;
  private final Path directory;
  private final boolean readOnly;

  /** Jobs in a folder, which is made with the first of them. */
  public JobStore(StoreFiles files, Path directory, boolean readOnly) {
    this.files = files;
    this.directory = directory;
    this.readOnly = readOnly;
  }

  /** Whether another process may be running the jobs, and this one must not write. */
  public boolean isReadOnly() {
    return readOnly;
  }

  /** All jobs, oldest first. One whose description can't be read is listed as failed. */
  public List<JobRecord> list() {
    if (!files.ops().isDirectory(directory)) {
      return List.of();
    }
    List<JobRecord> jobs = new ArrayList<>();
    for (Path path : files.directories(directory)) {
      String id = path.getFileName().toString();
      if (ID.matcher(id).matches()) {
        read(id).ifPresent(jobs::add);
      }
    }
    jobs.sort(Comparator.comparingLong(JobRecord::number).thenComparing(JobRecord::id));
    return jobs;
  }

  /** A job as it is on the disk; empty if it has been deleted meanwhile. */
  public Optional<JobRecord> read(String id) {
    Path path = path(id);
    try {
      return Optional.of(settled(folder(id).read()));
    } catch (StoreException e) {
      // One job that can't be read must not keep the others from being listed, or from training.
      return files.ops().isDirectory(path)
          ? Optional.of(JobRecord.unreadable(id, e))
          : Optional.empty();
    }
  }

  /** Nobody could note the end of a process that was killed. */
  private JobRecord settled(JobRecord job) {
    boolean runs = readOnly && job.owner().isAlive();
    return job.state().isFinal() || runs ? job : job.in(new JobState.Interrupted());
  }

  /** The folder of a job. */
  public JobFolder folder(String id) {
    return new JobFolder(files, path(id));
  }

  private Path path(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("job id '%s', expected %s".formatted(id, ID.pattern()));
    }
    return directory.resolve(id);
  }

  /** Keeps a new job. */
  public JobFolder create(JobRecord job, TrainingRequest request) {
    Path path = path(job.id());
    Path temporary = temporary(path);
    files.createDirectories(directory);
    try {
      files.deleteRecursively(temporary);
      files.createDirectories(temporary);
      JobFolder made = new JobFolder(files, temporary);
      made.write(job);
      made.writeRequest(request);
      files.rename(temporary, path);
    } catch (StoreException e) {
      removeQuietly(temporary, e);
      throw e;
    }
    return folder(job.id());
  }

  private void removeQuietly(Path temporary, StoreException failure) {
    try {
      files.deleteRecursively(temporary);
    } catch (StoreException e) {
      // Its name means nothing; the next job removes it.
      failure.addSuppressed(e);
    }
  }

  /** Deletes a job with all its files. */
  public void delete(String id) {
    Path path = path(id);
    if (files.ops().isDirectory(path)) {
      Path temporary = temporary(path);
      files.deleteRecursively(temporary);
      files.rename(path, temporary);
      files.deleteRecursively(temporary);
    }
  }

  /** Removes what a crash left half-made or half-deleted. */
  public void sweep() {
    if (files.ops().isDirectory(directory)) {
      files.directories(directory).stream()
          .filter(path -> path.getFileName().toString().endsWith(TEMPORARY))
          .forEach(files::deleteRecursively);
    }
  }

  private static Path temporary(Path path) {
    return path.resolveSibling(path.getFileName() + TEMPORARY);
  }
}
