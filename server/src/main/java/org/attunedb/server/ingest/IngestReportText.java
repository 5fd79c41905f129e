package org.attunedb.server.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.ingest.gather.Visit;
import org.attunedb.server.ingest.gather.Visit.Reason;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** Reports as people and programs read them. */
final class IngestReportText {
  /** Of addresses without a page, those that somebody may want to know of. */
  private static final List<Reason> WORTH_TELLING =
      List.of(Reason.TOO_LARGE, Reason.UNREADABLE, Reason.TAKEN, Reason.EMPTY);

  private IngestReportText() {}

  static String table(List<SourceReport> reports) {
    StringBuilder text = new StringBuilder();
    for (SourceReport report : reports) {
      text.append(PlainText.oneLine(report.source())).append('\n');
      TextTable table =
          TextTable.of(Column.text("what"), Column.number("pages"), Column.number("documents"));
      table.add("there now", number(report.pages()), number(report.documents()));
      table.add("new", number(report.added()), "");
      table.add("changed", number(report.changed()), "");
      table.add("unchanged", number(report.unchanged()), "");
      table.add("removed", number(report.removed()), "");
      table.add("written", "", number(report.written()));
      table.add("deleted", "", number(report.deleted()));
      for (Reason reason : Reason.values()) {
        int count = report.left().getOrDefault(reason, 0);
        if (count > 0) {
          table.add("left out: " + name(reason), number(count), "");
        }
      }
      table.add("failed", number(report.failed().size()), "");
      text.append(table);
      notes(report).forEach(note -> text.append(PlainText.oneLine(note)).append('\n'));
    }
    return text.toString();
  }

  static String json(List<SourceReport> reports) {
    ObjectNode json = StrictJson.object();
    ArrayNode sources = json.putArray("sources");
    for (SourceReport report : reports) {
      ObjectNode source = sources.addObject();
      source.put("source", report.source());
      source.put("pages", report.pages());
      source.put("documents", report.documents());
      source.put("added", report.added());
      source.put("changed", report.changed());
      source.put("unchanged", report.unchanged());
      source.put("removed", report.removed());
      source.put("written", report.written());
      source.put("deleted", report.deleted());
      source.put("damaged", report.damaged());
      source.put("kept", report.kept());
      source.put("complete", report.complete());
      source.put("beyondLimits", report.beyondLimits());
      ObjectNode left = source.putObject("left");
      for (Reason reason : Reason.values()) {
        left.put(reason.name().toLowerCase(Locale.ROOT), report.left().getOrDefault(reason, 0));
      }
      ArrayNode failed = source.putArray("failed");
      for (Visit.Failed page : report.failed()) {
        failed
            .addObject()
            .put("page", page.address())
            .put("problem", page.problem())
            .put("damaged", page.damaged());
      }
    }
    return json + "\n";
  }

  private static List<String> notes(SourceReport report) {
    List<String> notes = new java.util.ArrayList<>();
    for (Visit.Left note : report.notes()) {
      if (WORTH_TELLING.contains(note.reason())) {
        notes.add("left out " + note.address() + ": " + note.detail());
      }
    }
    report.failed().stream()
        .filter(Visit.Failed::damaged)
        .limit(Tally.NOTES)
        .forEach(page -> notes.add("stays as it was " + page.address() + ": " + page.problem()));
    if (!report.complete()) {
      notes.add("stopped at --max-pages; pages that were not reached stay as they are");
    }
    if (report.beyondLimits() > 0) {
      notes.add(
          number(report.beyondLimits())
              + " addresses were not asked for: too deep, too many queries or an endless path");
    }
    if (report.kept() > 0) {
      notes.add(
          number(report.kept())
              + " pages that nothing leads to any more stay, because not everything could be seen");
    }
    return notes;
  }

  private static String name(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
