package org.attunedb.server.ingest.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;
import org.attunedb.server.ingest.gather.Validators;
import org.jspecify.annotations.Nullable;

/**
 * What was found at each address of a source, so that pages that did not change need not be read
 * again, and a run that was cut off is taken up. A file of JSON lines that is only ever believed
 * where the collection agrees: without it, or with an old or damaged one, a run takes longer and
 * ends the same. Pages may be looked up by any thread while one writes.
 *
 * <p>A line is the CRC-32C of its JSON in eight hexadecimal digits, a space and the JSON: {@code
 * {"begin": TIME, "settings": TEXT, "ended": BOOLEAN}} at the beginning of a run, one for each
 * page, and before it {@code {"link": NUMBER, "address": TEXT}} for each address to which no page
 * before it leads. Of several lines for one page the last one counts; damaged ones don't, nor do
 * those that name a number which was lost.
 */
public final class Journal implements Closeable {
  /** A run that was cut off is taken up within this time; later its pages are asked for again. */
  static final Duration RESUMABLE = Duration.ofHours(24);

  private final @Nullable Path file;
  private final ConcurrentHashMap<String, Entry> entries;
  private final LinkTable links;
  private final boolean resumed;

  private final Instant began;
  private final String settings;

  private @Nullable BufferedWriter writer;

  private Journal(
      @Nullable Path file,
      Map<String, Entry> entries,
      LinkTable links,
      boolean resumed,
      Instant began,
      String settings) {
    this.file = file;
    // Read by those who gather while it is written.
    this.entries = new ConcurrentHashMap<>(entries);
    this.links = links;
    this.resumed = resumed;
    this.began = began;
    this.settings = settings;
  }

  /**
   * A page.
   *
   * @param validators to ask for it with
   * @param textHash of its text
   * @param checksum of its documents
   * @param documents how many it has
   * @param links that it had
   * @param canonical another address that it called its own
   * @param current whether the line is of the run that is taken up, or of this one
   */
  public record Entry(
      Validators validators,
      String textHash,
      long checksum,
      int documents,
      List<String> links,
      Optional<String> canonical,
      boolean current) {
    /** Copies the list. */
    public Entry {
      links = List.copyOf(links);
    }

    /** This page, looked at by this run. */
    public Entry seen() {
      return current(true);
    }

    Entry current(boolean now) {
      return new Entry(validators, textHash, checksum, documents, links, canonical, now);
    }

    Entry withLinks(List<String> others) {
      return new Entry(validators, textHash, checksum, documents, others, canonical, current);
    }
  }

  /** A journal that remembers nothing and writes nothing. */
  public static Journal none() {
    return new Journal(null, new HashMap<>(), new LinkTable(), false, Instant.EPOCH, "");
  }

  /**
   * Reads a journal for a new run, or to take up the last one. The file is written when the first
   * page is added.
   *
   * @param file need not exist; its folder is made with it
   * @param settings on which the documents of a page depend; what was found under others is
   *     forgotten
   * @throws InvalidInputException {@code file_unwritable}
   */
  public static Journal open(Path file, String settings, Clock clock) {
    Instant now = clock.instant();
    Reading reading = new Reading(settings, now);
    try {
      reading.lines(file);
      requireWritable(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    return new Journal(
        file,
        reading.entries,
        reading.links,
        reading.running,
        reading.running ? reading.began : now,
        settings);
  }

  /** Before a source is asked for pages, which may take long; nothing is written yet. */
  private static void requireWritable(Path file) throws IOException {
    Path there = file.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (!Files.isWritable(there)) {
      throw new AccessDeniedException(there.toString());
    }
  }

  /**
   * Begins to write, when there is something to keep: a source that can't be read changes nothing,
   * and the store's folder may be made as late.
   */
  private void begin() throws IOException {
    if (file == null || writer != null) {
      return;
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    // What a crash left of a line ends here.
    append("");
    if (!resumed) {
      append(beginning(false));
    }
  }

  /** Whether this run takes up one that was cut off. */
  public boolean resumed() {
    return resumed;
  }

  /** What is known of a page. */
  public Optional<Entry> entry(String address) {
    return Optional.ofNullable(entries.get(address));
  }

  /** Notes pages whose documents are stored, and lets the file have them. */
  public void add(Map<String, Entry> stored) {
    try {
      begin();
      for (var page : stored.entrySet()) {
        Entry entry = page.getValue();
        List<Integer> numbers =
            links.numbers(entry.links(), (number, address) -> append(line(number, address)));
        entries.put(page.getKey(), entry.withLinks(links.addresses(numbers)));
        append(line(page.getKey(), entry, numbers));
      }
      if (writer != null) {
        writer.flush();
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Ends the run: the file is written anew, with only these pages. */
  public void finish(Set<String> pages) {
    entries.keySet().retainAll(pages);
    if (file == null) {
      return;
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (BufferedWriter out = Files.newBufferedWriter(temporary)) {
        writeAll(out);
      }
      close();
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** With only those links that the pages still have. */
  private void writeAll(BufferedWriter out) throws IOException {
    LinkTable used = new LinkTable();
    out.write(beginning(true) + "\n");
    for (String page : entries.keySet().stream().sorted().toList()) {
      Entry entry = entries.get(page);
      if (entry != null) {
        List<Integer> numbers =
            used.numbers(
                entry.links(), (number, address) -> out.write(line(number, address) + "\n"));
        out.write(line(page, entry, numbers) + "\n");
      }
    }
  }

  @Override
  public void close() {
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        throw unwritable(file, e);
      }
      writer = null;
    }
  }

  private String beginning(boolean ended) {
    return sealed(
        StrictJson.object()
            .put("begin", began.toString())
            .put("settings", settings)
            .put("ended", ended));
  }

  private static String sealed(ObjectNode json) {
    String text = json.toString();
    return checksum(text) + " " + text;
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private void append(String line) throws IOException {
    if (writer != null) {
      writer.write(line);
      writer.write('\n');
    }
  }

  private static InvalidInputException unwritable(@Nullable Path file, IOException e) {
    return new InvalidInputException(
        ErrorCode.FILE_UNWRITABLE, file + ": can't be written (" + FileFault.reason(e) + ")", e);
  }

  private static String line(int number, String address) {
    return sealed(StrictJson.object().put("link", number).put("address", address));
  }

  private static String line(String page, Entry entry, List<Integer> linkNumbers) {
    ObjectNode json = StrictJson.object();
    json.put("page", page);
    json.put("etag", entry.validators().etag());
    json.put("lastModified", entry.validators().lastModified());
    json.put("contentHash", entry.validators().contentHash());
    json.put("textHash", entry.textHash());
    json.put("checksum", entry.checksum());
    json.put("documents", entry.documents());
    entry.canonical().ifPresent(own -> json.put("canonical", own));
    linkNumbers.forEach(json.putArray("links")::add);
    return sealed(json);
  }

  /** Goes through the lines of earlier runs. */
  private static final class Reading {
    private final String settings;
    private final Instant now;
    private final Map<String, Entry> entries = new HashMap<>();
    private final LinkTable links = new LinkTable();

    private Instant began = Instant.EPOCH;
    private boolean usable;
    private boolean running;

    Reading(String settings, Instant now) {
      this.settings = settings;
      this.now = now;
    }

    void lines(Path file) throws IOException {
      // One by one: a file of a large site need not fit into memory as it is.
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          line(line);
        }
      } catch (NoSuchFileException e) {
        // The first run.
      }
    }

    private void line(String line) {
      // Not so: damage, or the end of a line that was being written when the process was killed.
      if (line.length() < 10 || !line.substring(0, 8).equals(checksum(line.substring(9)))) {
        return;
      }
      ObjectNode json = StrictJson.readObject(line.substring(9), "journal");
      if (json.has("begin")) {
        begin(json);
      } else if (json.has("link")) {
        links.put(json.path("link").asInt(), json.path("address").asText());
      } else {
        page(json);
      }
    }

    private void begin(ObjectNode json) {
      entries.replaceAll((address, entry) -> entry.current(false));
      usable = json.path("settings").asText().equals(settings);
      if (!usable) {
        entries.replaceAll((address, entry) -> unusable(entry));
      }
      began = Instant.parse(json.path("begin").asText());
      Duration age = Duration.between(began, now);
      running =
          usable
              && !json.path("ended").asBoolean()
              && !age.isNegative()
              && age.compareTo(RESUMABLE) < 0;
    }

    /** Its links still help where the page can't be read. */
    private static Entry unusable(Entry entry) {
      return new Entry(Validators.none(), "", 0, -1, entry.links(), entry.canonical(), false);
    }

    private void page(ObjectNode json) {
      List<String> addresses = new ArrayList<>();
      for (JsonNode link : json.path("links")) {
        Optional<String> address = link.isInt() ? links.address(link.asInt()) : Optional.empty();
        if (address.isEmpty()) {
          // Without all its links it can't be taken for unchanged.
          entries.remove(json.path("page").asText());
          return;
        }
        addresses.add(address.get());
      }
      Entry entry =
          new Entry(
              new Validators(
                  text(json.get("etag")),
                  text(json.get("lastModified")),
                  json.path("contentHash").asText()),
              json.path("textHash").asText(),
              json.path("checksum").asLong(),
              json.path("documents").asInt(-1),
              addresses,
              Optional.ofNullable(text(json.get("canonical"))),
              running);
      entries.put(json.path("page").asText(), usable ? entry : unusable(entry));
    }

    private static @Nullable String text(@Nullable JsonNode node) {
      return node == null || node.isNull() ? null : node.asText();
    }
  }
}
