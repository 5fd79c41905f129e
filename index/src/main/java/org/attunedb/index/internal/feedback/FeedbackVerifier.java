package org.attunedb.index.internal.feedback;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/** Compares every entry of a collection's feedback with its checksum. Stateless. */
public final class FeedbackVerifier {
  private FeedbackVerifier() {}

  /** Takes what was found. */
  @FunctionalInterface
  public interface Sink {
    /** The problem is null for a sound file. */
    void found(Path file, @Nullable String problem);
  }

  /** Verifies the folder; the end of the newest file may be one that was being written. */
  public static void verify(StoreFiles files, Path directory, UUID collection, Sink sink) {
    List<Path> paths = FeedbackFile.list(files, directory);
    for (Path path : paths) {
      boolean newest = path.equals(paths.getLast());
      try {
        FeedbackFile.read(files.ops(), path, collection)
            .ifPresent(file -> sink.found(path, problem(file, newest)));
      } catch (StoreException e) {
        sink.found(path, e.getMessage());
      }
    }
  }

  private static @Nullable String problem(FeedbackFile file, boolean newest) {
    boolean unfinishedHeader = newest && file.bytes() < FeedbackFormat.HEADER_BYTES;
    if (!file.wholeHeader() && !unfinishedHeader) {
      return "the header does not fit its checksum";
    }
    int damaged = file.damagedBytes() + (newest ? 0 : file.tailBytes());
    return damaged == 0 ? null : damaged + " bytes do not fit their checksums";
  }
}
