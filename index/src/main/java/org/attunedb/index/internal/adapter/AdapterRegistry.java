package org.attunedb.index.internal.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The adapter versions of a collection.
 *
 * <pre>
 * adapters/
 *   active.json              formatVersion 1, newest: number of the newest version ever made,
 *                            active: name of the active version or null
 *   v1/adapter.safetensors   see {@link AdapterFile}
 *   v1/version.json          formatVersion 1, weightsBytes and weightsCrc32c of the file above,
 *                            documents: ids that the training labels point to
 * </pre>
 *
 * <p>A version is written to a temporary folder and renamed, then never changed. Thread-safe:
 * changes are serialised; searches read the active adapter without waiting.
 */
public final class AdapterRegistry {
  static final Pattern VERSION = Pattern.compile("v[1-9][0-9]{0,8}");
  static final String WEIGHTS = "adapter.safetensors";
  static final String DESCRIPTION = "version.json";
  static final String ACTIVE = "active.json";
  static final int FORMAT_VERSION = 1;

  private final String collection;
  private final CollectionSpec spec;
  private final Path directory;
  private final StoreFiles files;
  private final Runnable requireWritable;
  private final ConcurrentMap<String, AppliedAdapter> loaded = new ConcurrentHashMap<>();
  private volatile @Nullable AppliedAdapter active;

  /** Number of the newest version ever made; its name is not used again. Guarded by this. */
  private int newest;

  /**
   * Opens the registry in a collection's folder and loads the active adapter.
   *
   * @param requireWritable throws if the store must not be changed
   */
  public AdapterRegistry(
      String collection,
      CollectionSpec spec,
      StoreFiles files,
      Path directory,
      Runnable requireWritable) {
    this.collection = collection;
    this.spec = spec;
    this.files = files;
    this.directory = directory;
    this.requireWritable = requireWritable;
    SealedJson json = SealedJson.read(files, directory.resolve(ACTIVE), FORMAT_VERSION);
    this.newest = json.requireInt("newest");
    JsonNode name = json.member("active");
    active = name.isTextual() ? loadOwn(name.textValue()) : null;
  }

  /** Makes the folder of a new collection. */
  public static void create(StoreFiles files, Path directory) {
    files.createDirectories(directory);
    writeActive(files, directory, 0, null);
  }

  /** Here a fault is damage of the store, not of what somebody asked for. */
  private AppliedAdapter loadOwn(String version) {
    try {
      return applied(version);
    } catch (InvalidInputException | NotFoundException e) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          "%s: the adapter can't be used: %s".formatted(directory.resolve(version), e.getMessage()),
          e);
    }
  }

  /** The active adapter; null if there is none. */
  public @Nullable AppliedAdapter active() {
    return active;
  }

  /**
   * The adapter of a version.
   *
   * @throws NotFoundException {@code adapter_not_found}
   */
  public AppliedAdapter applied(String version) {
    AppliedAdapter known = loaded.get(version);
    if (known == null) {
      known = new AppliedAdapter(version, new LowRankAdapter(read(version).weights()));
      loaded.put(version, known);
    }
    return known;
  }

  /** A version's weights and binding. */
  public Adapter read(String version) {
    Path file = require(version).resolve(WEIGHTS);
    byte[] bytes = files.read(file);
    SealedJson description = describe(version);
    if (bytes.length != description.requireLong("weightsBytes", Integer.MAX_VALUE)
        || !checksum(bytes).equals(description.requireText("weightsCrc32c"))) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT, file + ": content does not fit the checksum of " + DESCRIPTION);
    }
    Adapter adapter = AdapterFile.decode(bytes, file.toString());
    requireBinding(adapter);
    return adapter;
  }

  private SealedJson describe(String version) {
    return SealedJson.read(files, require(version).resolve(DESCRIPTION), FORMAT_VERSION);
  }

  static String checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /** The documents that a version's training labels pointed to. */
  public Set<String> trainingDocuments(String version) {
    return new HashSet<>(describe(version).requireTexts("documents"));
  }

  /**
   * Checks every file of every version.
   *
   * @throws StoreException {@code store_corrupt} naming the first that is damaged
   */
  public void verify() {
    for (String version : versions()) {
      loadOwn(version);
    }
  }

  /** Goes through every file, while no version comes, goes or is activated. */
  public synchronized void forEachFile(Consumer<Path> action) {
    action.accept(directory.resolve(ACTIVE));
    for (String version : versions()) {
      action.accept(directory.resolve(version).resolve(WEIGHTS));
      action.accept(directory.resolve(version).resolve(DESCRIPTION));
    }
  }

  /** Version names, oldest first. */
  public List<String> versions() {
    return files.directories(directory).stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> VERSION.matcher(name).matches())
        .sorted(Comparator.comparingInt(AdapterRegistry::number))
        .toList();
  }

  /**
   * Passes if a version could be published.
   *
   * @throws org.attunedb.core.error.StoreException {@code read_only}
   */
  public void requireWritable() {
    requireWritable.run();
  }

  /**
   * Keeps a new version and makes it the active one.
   *
   * @return its name
   */
  public synchronized String publish(Adapter adapter, Collection<String> trainingDocuments) {
    requireWritable.run();
    requireBinding(adapter);
    List<String> versions = versions();
    int number = Math.max(newest, versions.isEmpty() ? 0 : number(versions.getLast())) + 1;
    String version = "v" + number;
    Path temporary = directory.resolve(version + ".tmp");
    files.deleteRecursively(temporary);
    files.createDirectories(temporary);
    byte[] weights = AdapterFile.encode(adapter);
    files.writeAtomically(temporary.resolve(WEIGHTS), weights);
    ObjectNode description = SealedJson.object(FORMAT_VERSION);
    description.put("weightsBytes", weights.length);
    description.put("weightsCrc32c", checksum(weights));
    ArrayNode documents = description.putArray("documents");
    new TreeSet<>(trainingDocuments).forEach(documents::add);
    SealedJson.write(files, temporary.resolve(DESCRIPTION), description);
    files.rename(temporary, directory.resolve(version));
    newest = number;
    activate(version);
    return version;
  }

  /** Makes a version the active one. */
  public synchronized void activate(String version) {
    requireWritable.run();
    AppliedAdapter adapter = applied(version);
    writeActive(version);
    active = adapter;
  }

  /** Leaves the collection without an active adapter. */
  public synchronized void deactivate() {
    requireWritable.run();
    if (active != null) {
      writeActive(null);
      active = null;
    }
  }

  /**
   * Deletes a version that is not active.
   *
   * @throws InvalidInputException {@code adapter_invalid} for the active one
   */
  public synchronized void delete(String version) {
    requireWritable.run();
    Path doomed = require(version);
    AppliedAdapter current = active;
    if (current != null && current.version().equals(version)) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "collection '%s': adapter version %s is active, deactivate it first"
              .formatted(collection, version));
    }
    newest = Math.max(newest, number(version));
    writeActive(current == null ? null : current.version());
    loaded.remove(version);
    Path temporary = directory.resolve(version + ".tmp");
    files.deleteRecursively(temporary);
    files.rename(doomed, temporary);
    files.deleteRecursively(temporary);
  }

  private void writeActive(@Nullable String version) {
    writeActive(files, directory, newest, version);
  }

  private static void writeActive(
      StoreFiles files, Path directory, int newest, @Nullable String version) {
    ObjectNode json = SealedJson.object(FORMAT_VERSION);
    json.put("newest", newest);
    json.put("active", version);
    SealedJson.write(files, directory.resolve(ACTIVE), json);
  }

  private Path require(String version) {
    Path path = directory.resolve(version);
    if (!VERSION.matcher(version).matches() || !files.ops().isDirectory(path)) {
      throw new NotFoundException(
          ErrorCode.ADAPTER_NOT_FOUND,
          "collection '%s' has no adapter version '%s', expected one of %s"
              .formatted(collection, version, new ArrayList<>(versions())));
    }
    return path;
  }

  private void requireBinding(Adapter adapter) {
    int dimension = adapter.weights().dimension();
    String embedder = adapter.binding().embedder();
    if (dimension != spec.dimension() || !embedder.equals(spec.embedder())) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "collection '%s': adapter is for %d dimensions of '%s', expected %d of '%s'"
              .formatted(collection, dimension, embedder, spec.dimension(), spec.embedder()));
    }
  }

  private static int number(String version) {
    return Integer.parseInt(version.substring(1));
  }

  /** The active version's name. */
  public Optional<String> activeVersion() {
    return Optional.ofNullable(active).map(AppliedAdapter::version);
  }
}
