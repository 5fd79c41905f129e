package org.attunedb.index.internal.feedback;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import org.attunedb.index.internal.feedback.FeedbackFormat.Place;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.OutputFile;

/** Writes one file of feedback to its end. Not thread-safe. */
final class FeedbackAppender implements Closeable {
  private final OutputFile file;
  private final Place place;
  private long bytes;
  private long next;

  private FeedbackAppender(OutputFile file, Place place) throws IOException {
    this.file = file;
    this.place = place;
    this.next = place.first();
    write(FeedbackFormat.header(place));
  }

  /** A new file. */
  static FeedbackAppender create(FileOps ops, Path directory, UUID collection, long first)
      throws IOException {
    Path path = directory.resolve(FeedbackFormat.name(first));
    FeedbackAppender made = begin(ops.create(path), new Place(collection, first));
    ops.forceDirectory(directory);
    return made;
  }

  private static FeedbackAppender begin(OutputFile file, Place place) throws IOException {
    try {
      return new FeedbackAppender(file, place);
    } catch (IOException e) {
      try (file) {
        throw e;
      }
    }
  }

  /** A file in the place of another, with what that one has. */
  static FeedbackAppender continuing(
      FileOps ops, Path directory, Path path, String suffix, FeedbackFile known)
      throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + suffix);
    FeedbackAppender made = begin(ops.create(temporary), known.place());
    try {
      for (ByteBuffer body : known.bodies()) {
        byte[] copy = new byte[body.remaining()];
        body.duplicate().get(copy);
        made.append(copy);
      }
      made.force();
      ops.rename(temporary, path);
      ops.forceDirectory(directory);
      return made;
    } catch (IOException e) {
      try (made) {
        throw e;
      }
    }
  }

  boolean hasRoom(int body) {
    return bytes + FeedbackFormat.FRAME_BYTES + body <= FeedbackStore.FILE_BYTES;
  }

  /** The number of the next entry. */
  long next() {
    return next;
  }

  void append(byte[] body) throws IOException {
    write(FeedbackFormat.frame(place, body));
    next++;
  }

  private void write(ByteBuffer content) throws IOException {
    bytes += content.remaining();
    file.write(content);
  }

  void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
