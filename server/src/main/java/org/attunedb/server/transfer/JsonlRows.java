package org.attunedb.server.transfer;

import java.nio.file.Path;
import org.attunedb.core.codec.DocumentJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.LineReader;
import org.attunedb.server.transfer.Row.Bad;
import org.attunedb.server.transfer.Row.Good;
import org.attunedb.server.transfer.Row.Place;
import org.jspecify.annotations.Nullable;

/** One document in JSON a line; blank lines are passed over. */
final class JsonlRows implements RowReader {
  private final LineReader lines;

  JsonlRows(Path path, String displayName) {
    this.lines = LineReader.openVerbatim(path, displayName);
  }

  @Override
  public @Nullable Row next() {
    String line = null;
    try {
      do {
        line = null;
        line = lines.next();
      } while (line != null && line.isBlank());
      return line == null
          ? null
          : new Good(place(), DocumentJson.read(line, place().toString()), line);
    } catch (InvalidInputException e) {
      if (e.code() == ErrorCode.FILE_UNREADABLE) {
        throw e;
      }
      return new Bad(place(), e, line);
    }
  }

  private Place place() {
    return new Place(lines.displayName(), lines.number());
  }

  @Override
  public long position() {
    return lines.position();
  }

  @Override
  public void close() {
    lines.close();
  }
}
