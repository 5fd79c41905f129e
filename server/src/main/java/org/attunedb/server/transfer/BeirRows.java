package org.attunedb.server.transfer;

import java.nio.file.Path;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.DocumentFile;
import org.attunedb.server.transfer.Row.Bad;
import org.attunedb.server.transfer.Row.Good;
import org.attunedb.server.transfer.Row.Place;
import org.jspecify.annotations.Nullable;

/** The documents of a folder in BEIR layout; its queries and judgments are not looked at. */
final class BeirRows implements RowReader {
  private final String displayName;
  private final DocumentFile file;

  BeirRows(Path folder, String displayName) {
    this.displayName = displayName;
    this.file = DocumentFile.open(folder, displayName);
  }

  @Override
  public @Nullable Row next() {
    try {
      Document document = file.next();
      return document == null ? null : new Good(place(), document, file.line());
    } catch (InvalidInputException e) {
      if (e.code() == ErrorCode.FILE_UNREADABLE) {
        throw e;
      }
      return new Bad(place(), e, file.line());
    }
  }

  private Place place() {
    return new Place(displayName, file.number());
  }

  @Override
  public long position() {
    return file.position();
  }

  @Override
  public void close() {
    file.close();
  }
}
