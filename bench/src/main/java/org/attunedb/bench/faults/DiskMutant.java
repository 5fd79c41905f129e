package org.attunedb.bench.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.OutputFile;

/**
 * A planted fault between the store and its disk.
 *
 * @param fault for people
 * @param wrapper makes a disk with the fault above another one
 */
record DiskMutant(String fault, UnaryOperator<FileOps> wrapper) {
  /** All of them. */
  static List<DiskMutant> all() {
    return List.of(
        new DiskMutant("the log is not forced", unforcedFile(name -> name.endsWith(".log"))),
        new DiskMutant(
            "the folder is not forced after a log segment was made",
            unforcedFolder(name -> name.equals("log"))),
        new DiskMutant(
            "a file is not forced before it is renamed",
            unforcedFile(name -> name.endsWith(".tmp"))),
        new DiskMutant("Lucene's files are not forced", UnsyncedLucene::new),
        new DiskMutant(
            "the index folder is not forced", unforcedFolder(name -> name.equals("index"))),
        new DiskMutant(
            "the folder of collections is not forced",
            unforcedFolder(name -> name.equals("collections"))),
        new DiskMutant("a failed force is swallowed", SwallowedForce::new),
        new DiskMutant("a long write loses its last byte", ShortWrite::new));
  }

  /** A disk with the fault. */
  FileOps over(FileOps disk) {
    return wrapper.apply(disk);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static UnaryOperator<FileOps> unforcedFile(Predicate<String> names) {
    return disk ->
        new DelegatingFileOps(disk) {
          @Override
          void force(Path file, OutputFile output) throws IOException {
            if (!names.test(name(file))) {
              super.force(file, output);
            }
          }
        };
  }

  private static UnaryOperator<FileOps> unforcedFolder(Predicate<String> names) {
    return disk ->
        new DelegatingFileOps(disk) {
          @Override
          public void forceDirectory(Path directory) throws IOException {
            if (!names.test(name(directory))) {
              super.forceDirectory(directory);
            }
          }
        };
  }

  private static final class UnsyncedLucene extends DelegatingFileOps {
    UnsyncedLucene(FileOps below) {
      super(below);
    }

    @Override
    public void forceFile(Path file) {
      // The fault.
    }
  }

  private static final class SwallowedForce extends DelegatingFileOps {
    SwallowedForce(FileOps below) {
      super(below);
    }

    @Override
    void force(Path file, OutputFile output) {
      try {
        super.force(file, output);
      } catch (IOException e) {
        // The fault.
      }
    }
  }

  private static final class ShortWrite extends DelegatingFileOps {
    private static final int LONG = 2000;

    ShortWrite(FileOps below) {
      super(below);
    }

    @Override
    void write(Path file, OutputFile output, ByteBuffer bytes) throws IOException {
      ByteBuffer written = bytes.duplicate();
      if (bytes.remaining() > LONG && name(file).endsWith(".log")) {
        written.limit(bytes.limit() - 1);
      }
      super.write(file, output, written);
    }
  }
}
