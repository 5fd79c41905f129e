package org.attunedb.bench.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.OutputFile;

/**
 * A disk on which one call of a kind fails, once: as with a real disk, the next call may succeed
 * without what the failed one was to do. A write that fails may have written a part. Thread-safe.
 */
final class FailingFileOps extends DelegatingFileOps {
  private final IoKind kind;
  private final long failing;
  private long calls;
  private boolean failed;
  private boolean failedInMerge;

  /**
   * A disk that will fail.
   *
   * @param failing which call of the kind fails, from 1
   */
  FailingFileOps(FileOps below, IoKind kind, long failing) {
    super(below);
    this.kind = kind;
    this.failing = failing;
  }

  /** Whether the call has failed. */
  synchronized boolean failed() {
    return failed;
  }

  /** Whether it was Lucene's merging that it failed under. */
  synchronized boolean failedInMerge() {
    return failedInMerge;
  }

  private synchronized boolean fails(IoKind called) {
    if (called != kind) {
      return false;
    }
    calls++;
    if (calls != failing) {
      return false;
    }
    failed = true;
    failedInMerge = Thread.currentThread().getName().contains("Merge");
    return true;
  }

  private void attempt(IoKind called) throws IOException {
    if (fails(called)) {
      throw failure(called);
    }
  }

  private IOException failure(IoKind called) {
    return new IOException(
        called == IoKind.READ || failing % 2 == 0
            ? "Input/output error"
            : "No space left on device");
  }

  @Override
  void write(Path file, OutputFile output, ByteBuffer bytes) throws IOException {
    if (fails(IoKind.WRITE)) {
      output.write(bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2));
      throw failure(IoKind.WRITE);
    }
    super.write(file, output, bytes);
  }

  @Override
  void force(Path file, OutputFile output) throws IOException {
    attempt(IoKind.FORCE);
    super.force(file, output);
  }

  @Override
  public OutputFile create(Path file) throws IOException {
    attempt(IoKind.CREATE);
    return super.create(file);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    attempt(IoKind.LIST);
    return super.list(directory);
  }

  @Override
  public long size(Path file) throws IOException {
    attempt(IoKind.SIZE);
    return super.size(file);
  }

  @Override
  public byte[] read(Path file) throws IOException {
    attempt(IoKind.READ);
    return super.read(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    attempt(IoKind.RENAME);
    super.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    attempt(IoKind.DELETE);
    super.delete(path);
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    attempt(IoKind.CREATE_DIRECTORY);
    super.createDirectory(directory);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    attempt(IoKind.LINK);
    super.link(existing, link);
  }

  @Override
  public void forceFile(Path file) throws IOException {
    attempt(IoKind.FORCE);
    super.forceFile(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    attempt(IoKind.FORCE_DIRECTORY);
    super.forceDirectory(directory);
  }
}
