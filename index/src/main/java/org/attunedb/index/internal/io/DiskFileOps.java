package org.attunedb.index.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NoLockFactory;

/** The operating system's files. Immutable. */
public final class DiskFileOps implements FileOps {
  private final long largeFileBytes;

  /** Files as this machine's memory can hold them. */
  public DiskFileOps() {
    this(LargeFileAdvice.bytesOnThisMachine());
  }

  /** Files of which those of so many bytes and more are taken for too large for the memory. */
  public DiskFileOps(long largeFileBytes) {
    this.largeFileBytes = largeFileBytes;
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.sorted().toList();
    }
  }

  @Override
  public long size(Path file) throws IOException {
    return Files.size(file);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return Files.newInputStream(file);
  }

  @Override
  public OutputFile create(Path file) throws IOException {
    return new ChannelFile(
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.delete(path);
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    Files.createLink(link, existing);
  }

  @Override
  public void forceFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      // Windows opens no folders; NTFS journals its metadata instead.
      if (!System.getProperty("os.name", "").startsWith("Windows")) {
        throw e;
      }
    }
  }

  @Override
  public long largeFileBytes() {
    return largeFileBytes;
  }

  @Override
  public Directory lucene(Path directory) throws IOException {
    FSDirectory files = FSDirectory.open(directory, NoLockFactory.INSTANCE);
    if (files instanceof MMapDirectory mapped) {
      mapped.setReadAdvice(new LargeFileAdvice(directory, largeFileBytes));
    }
    return new OrderedNamesDirectory(files);
  }

  /**
   * Keeps commits whole on disks that reorder changes of names, as POSIX allows; see {@link
   * FileOpsDirectory}, which does the same.
   */
  private static final class OrderedNamesDirectory extends FilterDirectory {
    OrderedNamesDirectory(Directory files) {
      super(files);
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
      in.sync(names);
      in.syncMetaData();
    }

    @Override
    public void deleteFile(String name) throws IOException {
      in.deleteFile(name);
      if (name.startsWith(IndexFileNames.SEGMENTS)) {
        in.syncMetaData();
      }
    }
  }

  private record ChannelFile(FileChannel channel) implements OutputFile {
    @Override
    public void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
