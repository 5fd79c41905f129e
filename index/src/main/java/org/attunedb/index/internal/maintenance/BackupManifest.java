package org.attunedb.index.internal.maintenance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.BackupSummary;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.store.CollectionDescription;
import org.attunedb.index.internal.store.CollectionLayout;
import org.attunedb.index.internal.store.CollectionName;
import org.attunedb.index.internal.store.Store;
import org.attunedb.index.internal.store.StoreFormat;

/**
 * {@code backup.json}: what a backup holds.
 *
 * <pre>
 * formatVersion  integer  1
 * created        string   ISO 8601
 * collections    list     name string, sequence integer
 * files          list     path string, bytes integer, crc32c string of 8 hexadecimal digits
 * crc32c         string   see {@link SealedJson}
 * </pre>
 *
 * <p>It may come from anybody: every member is checked before a path is used.
 */
record BackupManifest(Instant created, SortedMap<String, Long> sequences, List<Entry> files) {
  static final String FILE = "backup.json";
  private static final int FORMAT_VERSION = 1;
  private static final long MAX_BYTES = 16 << 20;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{8}");
  private static final int MAX_DEPTH = 5;

  /** A file of the backup: its path with {@code /}, length and CRC-32C. */
  record Entry(String path, long bytes, String checksum) {}

  BackupSummary summary() {
    long bytes = files.stream().mapToLong(Entry::bytes).sum();
    return new BackupSummary(created, sequences, files.size(), bytes);
  }

  /**
   * Writes the manifest of a backup.
   *
   * @throws StoreException {@code store_io}, also for more files than {@link #read} takes
   */
  void write(StoreFiles disk, Path directory) {
    ObjectNode json = SealedJson.object(FORMAT_VERSION);
    json.put("created", created.toString());
    ArrayNode collections = json.putArray("collections");
    sequences.forEach(
        (name, sequence) -> collections.addObject().put("name", name).put("sequence", sequence));
    ArrayNode list = json.putArray("files");
    for (Entry file : files) {
      list.addObject()
          .put("path", file.path())
          .put("bytes", file.bytes())
          .put("crc32c", file.checksum());
    }
    byte[] content = SealedJson.encode(json);
    if (content.length > MAX_BYTES) {
      throw new StoreException(
          ErrorCode.STORE_IO,
          "%s would have %s bytes for %s files, and a restore takes at most %s; compact the store"
              .formatted(directory.resolve(FILE), content.length, files.size(), MAX_BYTES));
    }
    disk.writeAtomically(directory.resolve(FILE), content);
  }

  /**
   * Reads the manifest of a backup.
   *
   * @throws StoreException {@code not_a_store} if there is none, {@code store_corrupt} if it is not
   *     what {@link #write} wrote or names what a backup can't hold
   */
  static BackupManifest read(StoreFiles disk, Path directory) {
    Path file = directory.resolve(FILE);
    if (!disk.ops().exists(file) || disk.ops().isDirectory(file)) {
      throw new StoreException(
          ErrorCode.NOT_A_STORE, directory + " is not a backup: it has no " + FILE);
    }
    try {
      if (disk.ops().size(file) > MAX_BYTES) {
        throw invalid(file, "is larger than " + MAX_BYTES + " bytes");
      }
    } catch (IOException e) {
      throw StoreFiles.failed(file, "read", e);
    }
    SealedJson json = SealedJson.read(disk, file, FORMAT_VERSION);
    SortedMap<String, Long> sequences = new TreeMap<>();
    for (JsonNode node : list(file, json, "collections")) {
      String name = text(file, node, "name");
      if (!CollectionName.isValid(name)
          || sequences.put(name, number(file, node, "sequence")) != null) {
        throw invalid(file, "collection '" + name + "' is not a name, or is there twice");
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode node : list(file, json, "files")) {
      entries.add(
          new Entry(
              text(file, node, "path"), number(file, node, "bytes"), text(file, node, "crc32c")));
    }
    requirePaths(file, entries, sequences.keySet());
    return new BackupManifest(instant(file, json.requireText("created")), sequences, entries);
  }

  private static Instant instant(Path file, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw invalid(file, "'" + text + "' is not a time");
    }
  }

  private static JsonNode list(Path file, SealedJson json, String member) {
    JsonNode list = json.member(member);
    if (!list.isArray()) {
      throw invalid(file, "member '" + member + "' is missing or not a list");
    }
    return list;
  }

  private static String text(Path file, JsonNode node, String member) {
    JsonNode value = node.path(member);
    if (!value.isTextual()) {
      throw invalid(file, "member '" + member + "' of a list is missing or not a string");
    }
    return value.textValue();
  }

  private static long number(Path file, JsonNode node, String member) {
    JsonNode value = node.path(member);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw invalid(file, "member '" + member + "' of a list is missing or not a length");
    }
    return value.longValue();
  }

  private static void requirePaths(Path file, List<Entry> entries, Set<String> collections) {
    Set<String> paths = new HashSet<>();
    long bytes = 0;
    for (Entry entry : entries) {
      requirePath(file, entry.path(), collections);
      if (!paths.add(entry.path())) {
        throw invalid(file, "path '" + entry.path() + "' is there twice");
      }
      if (!CHECKSUM.matcher(entry.checksum()).matches() || bytes + entry.bytes() < 0) {
        throw invalid(file, "checksum or length of '" + entry.path() + "' can't be one");
      }
      bytes += entry.bytes();
    }
    require(file, paths, StoreFormat.FILE);
    for (String name : collections) {
      require(file, paths, Store.COLLECTIONS + "/" + name + "/" + CollectionDescription.FILE);
    }
  }

  private static void require(Path file, Set<String> paths, String path) {
    if (!paths.contains(path)) {
      throw invalid(file, "file '" + path + "' is not in the list");
    }
  }

  /** Names with nothing but harmless characters, in the folder of a collection that is listed. */
  private static void requirePath(Path file, String path, Set<String> collections) {
    String[] names = path.split("/", -1);
    boolean harmless = names.length <= MAX_DEPTH;
    for (String name : names) {
      harmless &= NAME.matcher(name).matches();
    }
    boolean owned =
        path.equals(StoreFormat.FILE)
            || (names.length > 2
                && names[0].equals(Store.COLLECTIONS)
                && collections.contains(names[1])
                // A backup leaves jobs out; some file systems don't tell "JOBS" from "jobs".
                && !names[2].equalsIgnoreCase(CollectionLayout.JOBS));
    if (!harmless || !owned) {
      throw invalid(file, "path '" + path + "' can't be that of a backup's file");
    }
  }

  private static StoreException invalid(Path file, String problem) {
    return new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + problem);
  }
}
