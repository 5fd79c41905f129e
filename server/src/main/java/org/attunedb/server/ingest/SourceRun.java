package org.attunedb.server.ingest;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.ingest.PageBatch.Refusal;
import org.attunedb.server.ingest.gather.Gatherer;
import org.attunedb.server.ingest.gather.Memory;
import org.attunedb.server.ingest.gather.Visit;
import org.attunedb.server.ingest.gather.Visit.Reason;
import org.attunedb.server.ingest.split.TextSplitter;
import org.attunedb.server.ingest.sync.Journal;
import org.attunedb.server.ingest.sync.PageChange;
import org.attunedb.server.ingest.sync.PageDocuments;
import org.attunedb.server.ingest.sync.StoredPage;
import org.attunedb.server.ingest.sync.StoredReading;

/** One run of one source. Not thread-safe, but for what it remembers. */
final class SourceRun implements Gatherer.Visitor {
  private final Destination destination;
  private final String source;
  private final Journal journal;
  private final IngestListener listener;
  private final PageDocuments pages;
  private final StoredReading stored;
  private final PageWriter writer;
  private final Tally tally;

  /** Pages whose documents stay. */
  private final Set<String> alive = new HashSet<>();

  private final Set<String> gone = new HashSet<>();
  private final Map<String, String> addressByText = new HashMap<>();
  private int visited;
  private boolean blind;

  SourceRun(
      Destination destination,
      String source,
      IngestOptions options,
      StoredReading stored,
      Journal journal,
      IngestListener listener) {
    this.destination = destination;
    this.source = source;
    this.journal = journal;
    this.listener = listener;
    this.pages = new PageDocuments(source, new TextSplitter(options.split()));
    this.stored = stored;
    this.tally = new Tally(source);
    this.writer = new PageWriter(destination, journal, options, this::refused);
  }

  SourceReport run(Gatherer gatherer) throws InterruptedException {
    writer.start();
    try (writer) {
      return gatheredOrCancelled(gatherer);
    }
  }

  private SourceReport gatheredOrCancelled(Gatherer gatherer) throws InterruptedException {
    try {
      return gathered(gatherer);
    } catch (InterruptedException e) {
      writer.cancel();
      throw e;
    }
  }

  private SourceReport gathered(Gatherer gatherer) throws InterruptedException {
    listener.on(new IngestEvent.Started(source, gatherer.scope(), journal.resumed()));
    Gatherer.Outcome outcome = gatherer.gather(new Remembering(), this);
    writer.flush();
    requireAny();
    int kept = remove(outcome.complete() && !blind, beyond(outcome.refused()));
    journal.finish(alive);
    SourceReport report = tally.report(outcome, kept);
    listener.on(new IngestEvent.Finished(source, report));
    return report;
  }

  @Override
  public void visit(Visit visit, int found) throws InterruptedException {
    visited++;
    Visit told =
        switch (visit) {
          case Visit.Read read -> read(read);
          case Visit.Unchanged unchanged -> unchanged(unchanged);
          case Visit.Left left -> left(left);
          case Visit.Failed failed -> failed(failed);
        };
    listener.on(new IngestEvent.Visited(source, told, visited, found, tally.documents()));
  }

  private Visit read(Visit.Read read) throws InterruptedException {
    String hash = PageDocuments.textHash(read.parts());
    String twin = addressByText.get(hash);
    if (twin != null) {
      return left(new Visit.Left(read.address(), Reason.DUPLICATE, twin));
    }
    List<Document> documents;
    try {
      documents = pages.of(read.address(), read.parts());
    } catch (InvalidInputException e) {
      return stored.get().page(read.address()).isPresent()
          ? failed(new Visit.Failed(read.address(), e.getMessage(), true, true))
          : left(new Visit.Left(read.address(), Reason.UNREADABLE, e.getMessage()));
    }
    if (documents.isEmpty()) {
      return left(new Visit.Left(read.address(), Reason.EMPTY, "no text"));
    }
    StoredPage before = stored.get().page(read.address()).orElse(null);
    PageChange change = PageChange.of(destination.get(), source, before, documents).orElse(null);
    if (change == null) {
      return left(
          new Visit.Left(read.address(), Reason.TAKEN, "other documents have the ids of its own"));
    }
    addressByText.put(hash, read.address());
    alive.add(read.address());
    tally.page(before != null, change);
    writer.add(read.address(), change, entry(read, hash, change.page()));
    return read;
  }

  private static Journal.Entry entry(Visit.Read read, String hash, StoredPage page) {
    return new Journal.Entry(
        read.validators(),
        hash,
        page.checksum(),
        page.ids().size(),
        read.links(),
        read.canonical(),
        true);
  }

  private Visit unchanged(Visit.Unchanged unchanged) throws InterruptedException {
    String address = unchanged.address();
    Journal.Entry entry = journal.entry(address).orElseThrow();
    String twin = addressByText.putIfAbsent(entry.textHash(), address);
    if (twin != null) {
      return left(new Visit.Left(address, Reason.DUPLICATE, twin));
    }
    alive.add(address);
    tally.unchanged(entry.documents());
    // So that a run that is cut off from here on knows that this page was looked at.
    writer.note(address, entry.seen());
    return unchanged;
  }

  private Visit left(Visit.Left left) {
    gone.add(left.address());
    tally.left(left);
    return left;
  }

  private Visit failed(Visit.Failed failed) {
    alive.add(failed.address());
    // What only this page leads to can't be told from what is gone.
    blind |= !failed.known();
    tally.failed(
        failed, stored.get().page(failed.address()).map(page -> page.ids().size()).orElse(0));
    return failed;
  }

  /** A page that the collection does not take; what it holds of it stays. */
  private void refused(Refusal refusal) {
    StoredPage before = stored.get().page(refusal.address()).orElse(null);
    tally.undo(before != null, refusal.change());
    tally.failed(
        new Visit.Failed(refusal.address(), refusal.fault().getMessage(), true, true),
        before == null ? 0 : before.ids().size());
  }

  /** A source that has nothing at all is more likely out of order than empty. */
  private void requireAny() {
    boolean nothing = alive.isEmpty() && !tally.saw(Reason.TAKEN);
    // Not made, as no page could be read.
    if (nothing || destination.known().isEmpty()) {
      throw new InvalidInputException(
          ErrorCode.SOURCE_UNREADABLE,
          "%s: has no page or file with text%s; nothing was removed"
              .formatted(source, tally.firstReason()));
    }
  }

  /**
   * What a limit kept from being seen: the addresses that were not asked for, and what these led to
   * when they were.
   */
  private Set<String> beyond(Set<String> refused) {
    Set<String> beyond = new HashSet<>(refused);
    Queue<String> next = new ArrayDeque<>(refused);
    while (!next.isEmpty()) {
      for (String link : journal.entry(next.remove()).map(Journal.Entry::links).orElse(List.of())) {
        if (!alive.contains(link) && !gone.contains(link) && beyond.add(link)) {
          next.add(link);
        }
      }
    }
    return beyond;
  }

  /**
   * Removes pages that are gone: those whose address says so and, if everything was seen, those
   * that nothing leads to.
   *
   * @param beyond addresses that may well be there
   * @return how many of those that nothing was seen of stay
   */
  private int remove(boolean everythingSeen, Set<String> beyond) throws InterruptedException {
    int kept = 0;
    for (String address : stored.get().addresses().stream().sorted().toList()) {
      if (alive.contains(address)) {
        continue;
      }
      if (gone.contains(address) || (everythingSeen && !beyond.contains(address))) {
        List<String> ids = stored.get().page(address).orElseThrow().ids();
        tally.removed(ids.size());
        writer.delete(ids);
      } else {
        alive.add(address);
        kept++;
      }
    }
    writer.flush();
    return kept;
  }

  /** The journal, believed where the collection agrees with it. Read by many threads. */
  private final class Remembering implements Memory {
    @Override
    public Optional<Remembered> of(String address) {
      return journal
          .entry(address)
          .map(
              entry ->
                  new Remembered(
                      entry.validators(), entry.links(), entry.canonical(), entry.current()));
    }

    @Override
    public boolean holds(String address) {
      return stored.get().page(address).isPresent();
    }

    @Override
    public boolean isStored(String address) {
      Journal.Entry entry = journal.entry(address).orElse(null);
      StoredPage page = stored.get().page(address).orElse(null);
      return entry != null
          && page != null
          && entry.checksum() == page.checksum()
          && entry.documents() == page.ids().size();
    }

    @Override
    public Optional<List<String>> links(String address) {
      return journal.entry(address).map(Journal.Entry::links);
    }
  }
}
