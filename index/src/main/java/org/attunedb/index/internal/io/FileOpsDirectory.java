package org.attunedb.index.internal.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.BaseDirectory;
import org.apache.lucene.store.ByteBuffersDataInput;
import org.apache.lucene.store.ByteBuffersIndexInput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.NoLockFactory;
import org.apache.lucene.store.OutputStreamIndexOutput;

/**
 * Lucene's folder on any {@link FileOps}. It reads whole files into the heap, so the operating
 * system's files have a better one ({@link DiskFileOps#lucene}). Thread-safe.
 */
public final class FileOpsDirectory extends BaseDirectory {
  private static final int BUFFER_BYTES = 8192;

  private final FileOps ops;
  private final Path directory;
  private final AtomicLong temporaries = new AtomicLong();

  /** A folder that exists. */
  public FileOpsDirectory(FileOps ops, Path directory) {
    super(NoLockFactory.INSTANCE);
    this.ops = ops;
    this.directory = directory;
  }

  @Override
  public String[] listAll() throws IOException {
    return ops.list(directory).stream()
        .map(path -> path.getFileName().toString())
        .toArray(String[]::new);
  }

  @Override
  public void deleteFile(String name) throws IOException {
    ops.delete(directory.resolve(name));
    if (name.startsWith(IndexFileNames.SEGMENTS)) {
      // Lucene deletes a commit's own file before the files that it names. A disk may keep these
      // deletions and drop that one, and the old commit would name files that are not there.
      ops.forceDirectory(directory);
    }
  }

  @Override
  public long fileLength(String name) throws IOException {
    return ops.size(directory.resolve(name));
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    return output(name, ops.create(directory.resolve(name)));
  }

  @Override
  public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
      throws IOException {
    while (true) {
      String name = getTempFileName(prefix, suffix, temporaries.getAndIncrement());
      try {
        return output(name, ops.create(directory.resolve(name)));
      } catch (FileAlreadyExistsException e) {
        // Left by a crash: the next number is tried.
      }
    }
  }

  private IndexOutput output(String name, OutputFile file) {
    return new OutputStreamIndexOutput(
        "FileOpsDirectory(" + directory + "/" + name + ")", name, new Stream(file), BUFFER_BYTES);
  }

  @Override
  public void sync(Collection<String> names) throws IOException {
    for (String name : names) {
      ops.forceFile(directory.resolve(name));
    }
  }

  @Override
  public void syncMetaData() throws IOException {
    ops.forceDirectory(directory);
  }

  @Override
  public void rename(String source, String dest) throws IOException {
    ops.rename(directory.resolve(source), directory.resolve(dest));
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    ensureOpen();
    byte[] content = ops.read(directory.resolve(name));
    return new ByteBuffersIndexInput(
        new ByteBuffersDataInput(List.of(ByteBuffer.wrap(content))), name);
  }

  @Override
  public Set<String> getPendingDeletions() {
    return Set.of();
  }

  @Override
  public void close() {
    isOpen = false;
  }

  private static final class Stream extends OutputStream {
    private final OutputFile file;

    Stream(OutputFile file) {
      this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
      file.write(ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      file.write(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
