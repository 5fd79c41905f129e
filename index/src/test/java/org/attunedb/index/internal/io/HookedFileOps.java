package org.attunedb.index.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose operations go through a hook of the test, which may count, delay or fail them. As
 * thread-safe as the disk below and the hook.
 */
public final class HookedFileOps implements FileOps {
  private final FileOps below;
  private volatile Hook hook = (step, path, call) -> call.run();
  private volatile @Nullable String torn;

  /** What is done to a file or folder. */
  public enum Step {
    CREATE,
    WRITE,
    FORCE,
    CLOSE,
    READ,
    LIST,
    RENAME,
    DELETE,
    CREATE_DIRECTORY,
    LINK,
    FORCE_FILE,
    FORCE_DIRECTORY;

    /** Whether it changes what is on the disk, and not only when that is safe. */
    public boolean changes() {
      return switch (this) {
        case CREATE, WRITE, RENAME, DELETE, CREATE_DIRECTORY, LINK -> true;
        default -> false;
      };
    }
  }

  /** Does a step. */
  @FunctionalInterface
  public interface Call {
    void run() throws IOException;
  }

  /** Stands between a step and the disk. */
  @FunctionalInterface
  public interface Hook {
    /** Does the step with {@code call}, or does not. */
    void around(Step step, Path path, Call call) throws IOException;
  }

  public HookedFileOps(FileOps below) {
    this.below = below;
  }

  /** From now on, steps go through {@code next}. */
  public void follow(Hook next) {
    hook = next;
  }

  /** The next write to a path that ends as given fails when half of it is on the disk. */
  public void tear(String suffix) {
    torn = suffix;
  }

  /** From now on, a step fails on the paths that end as given, each time. */
  public void fail(Step failing, String suffix) {
    follow(
        (step, path, call) -> {
          if (step == failing && path.toString().endsWith(suffix)) {
            throw new IOException("test: " + step + " " + path);
          }
          call.run();
        });
  }

  @Override
  public boolean exists(Path path) {
    return below.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return below.isDirectory(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    hook.around(Step.LIST, directory, () -> {});
    return below.list(directory);
  }

  @Override
  public long size(Path file) throws IOException {
    return below.size(file);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    hook.around(Step.READ, file, () -> {});
    return below.open(file);
  }

  @Override
  public byte[] read(Path file) throws IOException {
    hook.around(Step.READ, file, () -> {});
    return below.read(file);
  }

  @Override
  public OutputFile create(Path file) throws IOException {
    OutputFile[] created = new OutputFile[1];
    hook.around(Step.CREATE, file, () -> created[0] = below.create(file));
    OutputFile output = created[0];
    return new OutputFile() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        String suffix = torn;
        if (suffix != null && file.toString().endsWith(suffix)) {
          torn = null;
          output.write(bytes.slice(bytes.position(), bytes.remaining() / 2));
          throw new IOException("test: half of a write to " + file);
        }
        hook.around(Step.WRITE, file, () -> output.write(bytes));
      }

      @Override
      public void force() throws IOException {
        hook.around(Step.FORCE, file, output::force);
      }

      @Override
      public void close() throws IOException {
        hook.around(Step.CLOSE, file, output::close);
      }
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    hook.around(Step.RENAME, from, () -> below.rename(from, to));
  }

  @Override
  public void delete(Path path) throws IOException {
    hook.around(Step.DELETE, path, () -> below.delete(path));
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    hook.around(Step.CREATE_DIRECTORY, directory, () -> below.createDirectory(directory));
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    hook.around(Step.LINK, link, () -> below.link(existing, link));
  }

  @Override
  public void forceFile(Path file) throws IOException {
    hook.around(Step.FORCE_FILE, file, () -> below.forceFile(file));
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    hook.around(Step.FORCE_DIRECTORY, directory, () -> below.forceDirectory(directory));
  }

  @Override
  public long largeFileBytes() {
    return below.largeFileBytes();
  }

  @Override
  public Directory lucene(Path directory) {
    return new FileOpsDirectory(this, directory);
  }
}
