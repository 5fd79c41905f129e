package org.attunedb.server.admin;

import org.attunedb.index.BackupSummary;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** Texts about backups. */
final class Summaries {
  private Summaries() {}

  static String of(BackupSummary summary) {
    TextTable table = TextTable.of(Column.text("collection"), Column.number("last write"));
    summary.sequences().forEach((name, sequence) -> table.add(name, Long.toString(sequence)));
    return "%s%n%d files, %d bytes, backed up %s%n"
        .formatted(table, summary.files(), summary.bytes(), summary.created());
  }
}
