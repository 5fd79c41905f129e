package org.attunedb.index.internal.feedback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.Feedback;
import org.attunedb.index.internal.feedback.FeedbackFormat.Place;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/**
 * What one file holds.
 *
 * @param place where it belongs
 * @param bodies of the sound frames, in order
 * @param bytes of the file
 * @param wholeHeader whether it begins as it should
 * @param damagedBytes that no sound frame explains, with a sound frame behind them
 * @param tailBytes behind the last sound frame: one that was being written, or damage
 */
record FeedbackFile(
    Place place,
    List<ByteBuffer> bodies,
    int bytes,
    boolean wholeHeader,
    int damagedBytes,
    int tailBytes) {
  /** The files of a folder, oldest first; none if it is missing. */
  static List<Path> list(StoreFiles files, Path directory) {
    return files.ops().isDirectory(directory)
        ? files.list(directory).stream()
            .filter(file -> FeedbackFormat.first(file).isPresent())
            .toList()
        : List.of();
  }

  /**
   * Reads a file; empty if it has gone meanwhile to make room.
   *
   * @throws StoreException {@code unsupported_format} for a newer one
   */
  static Optional<FeedbackFile> read(FileOps ops, Path file, UUID collection) {
    Place place = new Place(collection, FeedbackFormat.first(file).orElseThrow());
    ByteBuffer content;
    try {
      content = ByteBuffer.wrap(ops.read(file)).asReadOnlyBuffer();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StoreFiles.failed(file, "read", e);
    }
    Optional<Integer> version = FeedbackFormat.version(place, content);
    if (version.isPresent() && version.get() != FeedbackFormat.VERSION) {
      throw new StoreException(
          ErrorCode.UNSUPPORTED_FORMAT,
          "%s: format version is %s, this version of Attune reads %s"
              .formatted(file, version.get(), FeedbackFormat.VERSION));
    }
    return Optional.of(scan(place, content, version.isPresent()));
  }

  private static FeedbackFile scan(Place place, ByteBuffer content, boolean wholeHeader) {
    List<ByteBuffer> bodies = new ArrayList<>();
    int damaged = 0;
    int end = Math.min(FeedbackFormat.HEADER_BYTES, content.limit());
    for (int at = end; at + FeedbackFormat.FRAME_BYTES <= content.limit(); ) {
      ByteBuffer body = body(place, content, at);
      if (body == null) {
        at++;
      } else {
        bodies.add(body);
        damaged += at - end;
        end = at + FeedbackFormat.FRAME_BYTES + body.remaining();
        at = end;
      }
    }
    return new FeedbackFile(
        place, bodies, content.limit(), wholeHeader, damaged, content.limit() - end);
  }

  /** The body of the frame that begins here; null if none does. */
  private static @Nullable ByteBuffer body(Place place, ByteBuffer content, int at) {
    if (content.getInt(at) != FeedbackFormat.MARK) {
      return null;
    }
    int start = at + FeedbackFormat.FRAME_BYTES;
    int length = content.getInt(at + Integer.BYTES);
    if (length < 0 || length > FeedbackFormat.MAX_BODY || length > content.limit() - start) {
      return null;
    }
    ByteBuffer body = content.slice(start, length);
    boolean sound =
        content.getInt(at + 2 * Integer.BYTES) == FeedbackFormat.frameChecksum(place, body);
    return sound ? body : null;
  }

  List<Feedback> entries() {
    return bodies.stream().flatMap(body -> FeedbackCodec.decode(body).stream()).toList();
  }

  /** The number of the entry behind the last; never that of the first, which names the file. */
  long next() {
    return place.first() + Math.max(1, bodies.size());
  }
}
