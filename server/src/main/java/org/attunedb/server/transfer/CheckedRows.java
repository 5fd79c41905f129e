package org.attunedb.server.transfer;

import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.transfer.Row.Bad;
import org.attunedb.server.transfer.Row.Good;
import org.jspecify.annotations.Nullable;

/**
 * The rows of several files one after the other, those that the collection would refuse turned into
 * bad ones. Not thread-safe.
 */
final class CheckedRows implements RowReader {
  /** The low bits of a position are a row's number, those above the file's. */
  private static final int ROW_BITS = 40;

  private final List<InputFile> files;
  private final IntakeRules rules;
  private final IdLedger ids = new IdLedger();

  private int opened;
  private @Nullable RowReader current;
  private long rows;
  private long bytesOfReadFiles;

  CheckedRows(List<InputFile> files, IntakeRules rules) {
    this.files = List.copyOf(files);
    this.rules = rules;
  }

  @Override
  public @Nullable Row next() {
    while (true) {
      if (current == null) {
        if (opened == files.size()) {
          return null;
        }
        current = files.get(opened).open(rows);
        opened++;
      }
      Row row = current.next();
      if (row != null) {
        rows++;
        return switch (row) {
          case Good good -> checked(good);
          case Bad bad -> rules.explained(bad);
        };
      }
      bytesOfReadFiles += current.position();
      current.close();
      current = null;
    }
  }

  private Row checked(Good row) {
    Document document = row.document();
    try {
      rules.check(document);
      long earlier =
          ids.add(document.id(), ((long) (opened - 1) << ROW_BITS) | row.place().number());
      if (earlier != 0) {
        throw new InvalidInputException(
            ErrorCode.DUPLICATE_ID,
            "document '%s' is a duplicate of %s".formatted(document.id(), place(earlier)));
      }
      return row;
    } catch (InvalidInputException e) {
      return row.refused(e);
    }
  }

  private Row.Place place(long position) {
    InputFile file = files.get((int) (position >>> ROW_BITS));
    return new Row.Place(file.rowsName(), position & ((1L << ROW_BITS) - 1));
  }

  @Override
  public long position() {
    return bytesOfReadFiles + (current == null ? 0 : current.position());
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
