package org.attunedb.server.ingest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.attunedb.server.ingest.gather.Gatherer;
import org.attunedb.server.ingest.gather.Visit;
import org.attunedb.server.ingest.gather.Visit.Reason;
import org.attunedb.server.ingest.sync.PageChange;

/** Counts what a run does. Not thread-safe. */
final class Tally {
  /** Of each reason; a site may have any number. */
  static final int NOTES = 5;

  private final String source;
  private final Map<Reason, Integer> left = new EnumMap<>(Reason.class);
  private final List<Visit.Failed> failed = new ArrayList<>();
  private final List<Visit.Left> notes = new ArrayList<>();
  private int added;
  private int changed;
  private int unchanged;
  private int removed;
  private long documents;
  private long written;
  private long deleted;

  Tally(String source) {
    this.source = source;
  }

  long documents() {
    return documents;
  }

  void page(boolean known, PageChange change) {
    if (!known) {
      added++;
    } else if (change.upserts().isEmpty() && change.deletes().isEmpty()) {
      unchanged++;
    } else {
      changed++;
    }
    documents += change.page().ids().size();
    written += change.upserts().size();
    deleted += change.deletes().size();
  }

  /** Takes a page back that could not be written. */
  void undo(boolean known, PageChange change) {
    if (known) {
      changed--;
    } else {
      added--;
    }
    documents -= change.page().ids().size();
    written -= change.upserts().size();
    deleted -= change.deletes().size();
  }

  void unchanged(int pageDocuments) {
    unchanged++;
    documents += pageDocuments;
  }

  void left(Visit.Left visit) {
    if (left.merge(visit.reason(), 1, Integer::sum) <= NOTES) {
      notes.add(visit);
    }
  }

  boolean saw(Reason reason) {
    return left.containsKey(reason);
  }

  void failed(Visit.Failed visit, int pageDocuments) {
    failed.add(visit);
    documents += pageDocuments;
  }

  void removed(int pageDocuments) {
    removed++;
    deleted += pageDocuments;
  }

  /** The reason of the first address that has no page, for a message; may be empty. */
  String firstReason() {
    return notes.stream()
        .findFirst()
        .map(note -> note.address() + ": " + note.detail())
        .or(() -> failed.stream().findFirst().map(page -> page.address() + ": " + page.problem()))
        .map(reason -> " (" + reason + ")")
        .orElse("");
  }

  SourceReport report(Gatherer.Outcome outcome, int kept) {
    return new SourceReport(
        source,
        added,
        changed,
        unchanged,
        removed,
        documents,
        written,
        deleted,
        left,
        failed,
        notes,
        kept,
        outcome.complete(),
        outcome.refused().size());
  }
}
