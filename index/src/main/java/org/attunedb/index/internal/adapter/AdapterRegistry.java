package org.attunedb.index.internal.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The adapter versions of a collection.
 *
 * <pre>
 * adapters/
 *   active.json                  {"formatVersion": 1, "active": "v2"} or "active": null
 *   v1/adapter.safetensors       see {@link AdapterFile}
 *   v1/documents.json            {"formatVersion": 1, "documents": [ids that training labels point to]}
 * </pre>
 *
 * <p>A version is written to a temporary folder and renamed, then never changed. Thread-safe:
 * changes are serialised; searches read the active adapter without waiting.
 */
public final class AdapterRegistry {
  private static final Pattern VERSION = Pattern.compile("v[1-9][0-9]{0,8}");
  private static final String WEIGHTS = "adapter.safetensors";
  private static final String DOCUMENTS = "documents.json";
  private static final String ACTIVE = "active.json";
  private static final int FORMAT_VERSION = 1;

  private final String collection;
  private final CollectionSpec spec;
  private final Path directory;
  private final ConcurrentMap<String, AppliedAdapter> loaded = new ConcurrentHashMap<>();
  private volatile @Nullable AppliedAdapter active;

  /** Opens the registry in a collection's folder and loads the active adapter. */
  public AdapterRegistry(String collection, CollectionSpec spec, Path directory) {
    this.collection = collection;
    this.spec = spec;
    this.directory = directory;
    Path file = directory.resolve(ACTIVE);
    if (Files.exists(file)) {
      JsonNode name = StoreFiles.readJson(file).path("active");
      active = name.isTextual() ? loadActive(name.textValue()) : null;
    }
  }

  /** Here a fault is damage of the store, not of what somebody asked for. */
  private AppliedAdapter loadActive(String version) {
    try {
      return applied(version);
    } catch (InvalidInputException | NotFoundException | UncheckedIOException e) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          "%s: the active adapter can't be used: %s"
              .formatted(directory.resolve(version), e.getMessage()),
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
    Adapter adapter = AdapterFile.read(require(version).resolve(WEIGHTS));
    requireBinding(adapter);
    return adapter;
  }

  /** The documents that a version's training labels pointed to. */
  public Set<String> trainingDocuments(String version) {
    Path file = require(version).resolve(DOCUMENTS);
    return new HashSet<>(StoreFiles.requireTexts(StoreFiles.readJson(file), "documents", file));
  }

  /** Version names, oldest first. */
  public List<String> versions() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    return StoreFiles.directories(directory).stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> VERSION.matcher(name).matches())
        .sorted(Comparator.comparingInt(AdapterRegistry::number))
        .toList();
  }

  /**
   * Keeps a new version and makes it the active one.
   *
   * @return its name
   */
  public synchronized String publish(Adapter adapter, Collection<String> trainingDocuments) {
    requireBinding(adapter);
    List<String> versions = versions();
    String version = "v" + (versions.isEmpty() ? 1 : number(versions.getLast()) + 1);
    Path temporary = directory.resolve(version + ".tmp");
    if (Files.exists(temporary)) {
      StoreFiles.deleteRecursively(temporary);
    }
    StoreFiles.createDirectories(temporary);
    StoreFiles.writeAtomically(temporary.resolve(WEIGHTS), AdapterFile.encode(adapter));
    ObjectNode documents = StrictJson.object();
    documents.put("formatVersion", FORMAT_VERSION);
    new TreeSet<>(trainingDocuments).forEach(documents.withArray("documents")::add);
    documents.withArray("documents");
    StoreFiles.writeJson(temporary.resolve(DOCUMENTS), documents);
    move(temporary, directory.resolve(version), "create");
    activate(version);
    return version;
  }

  /** Makes a version the active one. */
  public synchronized void activate(String version) {
    AppliedAdapter adapter = applied(version);
    writeActive(version);
    active = adapter;
  }

  /** Leaves the collection without an active adapter. */
  public synchronized void deactivate() {
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
    Path files = require(version);
    AppliedAdapter current = active;
    if (current != null && current.version().equals(version)) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "collection '%s': adapter version %s is active, deactivate it first"
              .formatted(collection, version));
    }
    loaded.remove(version);
    Path doomed = directory.resolve(version + ".tmp");
    if (Files.exists(doomed)) {
      StoreFiles.deleteRecursively(doomed);
    }
    move(files, doomed, "delete");
    StoreFiles.deleteRecursively(doomed);
  }

  private void move(Path from, Path to, String action) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      StoreFiles.forceDirectory(directory);
    } catch (IOException e) {
      throw StoreFiles.failed(to, action, e);
    }
  }

  private void writeActive(@Nullable String version) {
    ObjectNode json = StrictJson.object();
    json.put("formatVersion", FORMAT_VERSION);
    json.put("active", version);
    StoreFiles.writeJson(directory.resolve(ACTIVE), json);
  }

  private Path require(String version) {
    Path path = directory.resolve(version);
    if (!VERSION.matcher(version).matches() || !Files.isDirectory(path)) {
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
