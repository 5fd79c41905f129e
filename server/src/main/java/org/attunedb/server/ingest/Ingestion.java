package org.attunedb.server.ingest;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.ingest.extract.Extractor;
import org.attunedb.server.ingest.gather.FolderGatherer;
import org.attunedb.server.ingest.gather.GatherOptions;
import org.attunedb.server.ingest.gather.Gatherer;
import org.attunedb.server.ingest.gather.SiteGatherer;
import org.attunedb.server.ingest.split.SplitOptions;
import org.attunedb.server.ingest.sync.Journal;
import org.attunedb.server.ingest.sync.StoredReading;

/**
 * Brings web sites, folders and files into a collection and keeps it in step with them: after a
 * run, the collection holds of each source what a first run into an empty collection would give.
 * Only what differs is written, and only what is written is embedded. A document belongs to the
 * source that it came by; others are never touched.
 *
 * <p>A run may be cut off at any point and simply started again. Sources are addresses that begin
 * with {@code http://} or {@code https://}, or paths. Only hosts that the caller names are ever
 * asked, redirects included; who lets others choose the sources also lets them ask hosts of the
 * inner network.
 *
 * <p>Immutable; one ingestion of a collection at a time.
 */
public final class Ingestion {
  private final Destination destination;
  private final IngestOptions options;

  /**
   * An ingestion.
   *
   * @param collection with an embedder
   */
  public Ingestion(VectorCollection collection, IngestOptions options) {
    this(Destination.of(Objects.requireNonNull(collection, "collection")), options);
  }

  Ingestion(Destination destination, IngestOptions options) {
    this.destination = destination;
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * Brings sources in, one after the other.
   *
   * @return a report for each source
   * @throws InvalidInputException {@code source_unreadable} or {@code file_unreadable} for a source
   *     that can't be read at all, before the first is begun where that can be told; {@code
   *     file_unwritable} for a journal; what {@link VectorCollection#upsert} throws. What was
   *     stored before stays, and the next run goes on from there.
   */
  public List<SourceReport> run(List<String> sources, IngestListener listener)
      throws InterruptedException {
    List<Source> all = sources.stream().map(this::source).distinct().toList();
    List<SourceReport> reports = new ArrayList<>();
    for (Source source : all) {
      try (StoredReading stored = stored(source);
          Journal journal = journal(source)) {
        SourceRun run =
            new SourceRun(destination, source.address(), options, stored, journal, listener);
        reports.add(run.run(source.gatherer()));
      }
    }
    return reports;
  }

  /** A source is known by its address. */
  private record Source(String address, Gatherer gatherer) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Source that && address.equals(that.address);
    }

    @Override
    public int hashCode() {
      return address.hashCode();
    }
  }

  private Source source(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      SiteGatherer site = new SiteGatherer(source, options.gather());
      return new Source(site.address(), site);
    }
    try {
      FolderGatherer folder = new FolderGatherer(Path.of(source), options.gather());
      return new Source(folder.address(), folder);
    } catch (InvalidPathException e) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNREADABLE, "'" + source + "' is neither a path nor a web address", e);
    }
  }

  private StoredReading stored(Source source) {
    return destination
        .known()
        .map(collection -> new StoredReading(collection, source.address()))
        .orElseGet(StoredReading::none);
  }

  private Journal journal(Source source) {
    Path folder = options.journals();
    if (folder == null) {
      return Journal.none();
    }
    // Any name will do that is one for each source.
    UUID name = UUID.nameUUIDFromBytes(source.address().getBytes(StandardCharsets.UTF_8));
    return Journal.open(folder.resolve(name + ".jsonl"), settings(), options.clock());
  }

  /** Whatever a page's documents depend on besides the page. */
  private String settings() {
    SplitOptions split = options.split();
    GatherOptions gather = options.gather();
    return String.format(
        Locale.ROOT,
        "extractor %d, %d characters, overlap %d, separators %s, include %s",
        Extractor.VERSION,
        split.maxChars(),
        split.overlap(),
        split.separators().stream().map(s -> s.replace("\n", "\\n")).toList(),
        gather.include());
  }
}
