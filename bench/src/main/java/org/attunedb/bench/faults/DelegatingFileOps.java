package org.attunedb.bench.faults;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.store.Directory;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.FileOpsDirectory;
import org.attunedb.index.internal.io.OutputFile;

/** A disk above another one, to change some of its operations. As thread-safe as that one. */
class DelegatingFileOps implements FileOps {
  private final FileOps below;

  DelegatingFileOps(FileOps below) {
    this.below = below;
  }

  /** Writes to a file that was created. */
  void write(Path file, OutputFile output, ByteBuffer bytes) throws IOException {
    output.write(bytes);
  }

  /** Forces a file that is being written. */
  void force(Path file, OutputFile output) throws IOException {
    output.force();
  }

  @Override
  public OutputFile create(Path file) throws IOException {
    OutputFile output = below.create(file);
    return new OutputFile() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        DelegatingFileOps.this.write(file, output, bytes);
      }

      @Override
      public void force() throws IOException {
        DelegatingFileOps.this.force(file, output);
      }

      @Override
      public void close() throws IOException {
        output.close();
      }
    };
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
    return below.list(directory);
  }

  @Override
  public long size(Path file) throws IOException {
    return below.size(file);
  }

  @Override
  public byte[] read(Path file) throws IOException {
    return below.read(file);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return new ByteArrayInputStream(read(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    below.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    below.delete(path);
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    below.createDirectory(directory);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    below.link(existing, link);
  }

  @Override
  public void forceFile(Path file) throws IOException {
    below.forceFile(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    below.forceDirectory(directory);
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
