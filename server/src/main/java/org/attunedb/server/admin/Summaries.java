package org.attunedb.server.admin;

import java.util.List;
import org.attunedb.index.BackupSummary;
import org.attunedb.server.admin.FoundCollection.Quarantined;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** Texts about backups. */
final class Summaries {
  private Summaries() {}

  static String of(BackupSummary summary, List<Quarantined> leftOut) {
    TextTable table =
        TextTable.of(Column.text("collection"), Column.number("last write"), Column.text("state"));
    summary.sequences().forEach((name, sequence) -> table.add(name, Long.toString(sequence), "ok"));
    leftOut.forEach(each -> table.add(each.name(), "", each.state()));
    return "%s%n%s files, %s bytes, backed up %s%n"
        .formatted(table, summary.files(), summary.bytes(), summary.created());
  }
}
