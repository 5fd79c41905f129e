package org.attunedb.index.internal.adapter;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.AdapterOrigin;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The adapter versions of a collection.
 *
 * <pre>
 * adapters/
 *   active.json              see {@link ActiveFile}
 *   v1/adapter.safetensors   see {@link AdapterFile}
 *   v1/version.json          see {@link VersionDescription}
 * </pre>
 *
 * <p>A version is written to a temporary folder and renamed, then never changed. Thread-safe:
 * changes are serialised; searches read the active adapter without waiting.
 */
public final class AdapterRegistry {
  static final Pattern VERSION = Pattern.compile("v[1-9][0-9]{0,8}");
  static final String WEIGHTS = "adapter.safetensors";
  private static final String TEMPORARY = ".tmp";

  private final String collection;
  private final CollectionSpec spec;
  private final Path directory;
  private final StoreFiles files;
  private final Runnable requireWritable;
  private final ConcurrentMap<String, AppliedAdapter> loaded = new ConcurrentHashMap<>();
  private volatile @Nullable AppliedAdapter active;

  /** What {@code active.json} says. Guarded by this. */
  private ActiveFile switches;

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
    this.switches = ActiveFile.read(files, directory);
    active = switches.active().map(this::loadOwn).orElse(null);
  }

  /** Makes the folder of a new collection. */
  public static void create(StoreFiles files, Path directory) {
    files.createDirectories(directory);
    ActiveFile.initial().write(files, directory);
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
    return read(version, describe(version));
  }

  private Adapter read(String version, VersionDescription description) {
    Path file = require(version).resolve(WEIGHTS);
    byte[] bytes = files.read(file);
    if (!description.fits(bytes)) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          file + ": content does not fit the checksum of " + VersionDescription.FILE);
    }
    Adapter adapter = AdapterFile.decode(bytes, file.toString());
    requireBinding(adapter);
    return adapter;
  }

  private VersionDescription describe(String version) {
    return VersionDescription.read(files, require(version));
  }

  /** What is kept of a version. */
  public AdapterVersion version(String version) {
    VersionDescription description = describe(version);
    Adapter adapter = read(version, description);
    return new AdapterVersion(
        version,
        description.created(),
        activeVersion().filter(version::equals).isPresent(),
        adapter.weights().dimension(),
        adapter.weights().rank(),
        adapter.weights().parameters(),
        adapter.binding(),
        description.trainedOn().documents().size(),
        description.origin());
  }

  /** The documents that a version's training labels pointed to. */
  public Set<String> trainingDocuments(String version) {
    return trainedOn(version).documents().keySet();
  }

  /** What a version was trained on. */
  public TrainedOn trainedOn(String version) {
    return describe(version).trainedOn();
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
    action.accept(directory.resolve(ActiveFile.FILE));
    for (String version : versions()) {
      action.accept(directory.resolve(version).resolve(WEIGHTS));
      action.accept(directory.resolve(version).resolve(VersionDescription.FILE));
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
   * Keeps a new version and makes it the active one, or leaves everything as it was.
   *
   * @return its name
   */
  public synchronized String publish(
      Adapter adapter, TrainedOn trainedOn, Instant created, AdapterOrigin origin) {
    String version = add(adapter, trainedOn, created, origin);
    ActiveFile before = switches;
    try {
      activate(version);
    } catch (StoreException e) {
      withdraw(version, before, e);
      throw e;
    }
    return version;
  }

  /** Only once the file certainly names another version may this one go. */
  private void withdraw(String version, ActiveFile before, StoreException failure) {
    try {
      before.write(files, directory);
      loaded.remove(version);
      discard(directory.resolve(version));
    } catch (StoreException e) {
      // It stays, whole and not active.
      failure.addSuppressed(e);
    }
  }

  /**
   * Keeps a new version, which is not active.
   *
   * @return its name
   */
  public synchronized String add(
      Adapter adapter, TrainedOn trainedOn, Instant created, AdapterOrigin origin) {
    requireWritable.run();
    requireBinding(adapter);
    List<String> versions = versions();
    int newest = versions.isEmpty() ? 0 : number(versions.getLast());
    int number = Math.max(switches.newest(), newest) + 1;
    String version = "v" + number;
    Path temporary = directory.resolve(version + TEMPORARY);
    byte[] weights = AdapterFile.encode(adapter);
    try {
      files.deleteRecursively(temporary);
      files.createDirectories(temporary);
      files.writeAtomically(temporary.resolve(WEIGHTS), weights);
      VersionDescription.of(weights, trainedOn, created, origin).write(files, temporary);
      files.rename(temporary, directory.resolve(version));
    } catch (StoreException e) {
      removeQuietly(temporary, e);
      throw e;
    }
    switches = switches.withNewest(number);
    return version;
  }

  private void removeQuietly(Path temporary, StoreException failure) {
    try {
      files.deleteRecursively(temporary);
    } catch (StoreException e) {
      // What is left is overwritten by the next version.
      failure.addSuppressed(e);
    }
  }

  /** Makes a version the active one. */
  public synchronized void activate(String version) {
    requireWritable.run();
    AppliedAdapter adapter = applied(version);
    write(switches.switchedTo(version));
    active = adapter;
  }

  /** Leaves the collection without an active adapter. */
  public synchronized void deactivate() {
    requireWritable.run();
    if (active != null) {
      write(switches.switchedTo(null));
      active = null;
    }
  }

  /**
   * Makes active what was before the last activation or deactivation.
   *
   * @throws ConflictException {@code nothing_to_roll_back}
   */
  public synchronized Optional<String> rollback() {
    requireWritable.run();
    ActiveFile before =
        switches
            .rolledBack()
            .orElseThrow(
                () ->
                    new ConflictException(
                        ErrorCode.NOTHING_TO_ROLL_BACK,
                        "collection '%s': no earlier switch of adapter versions is known, active is %s"
                            .formatted(collection, switches.active().orElse("none"))));
    AppliedAdapter adapter = before.active().map(this::applied).orElse(null);
    write(before);
    active = adapter;
    return before.active();
  }

  /**
   * Deletes a version that is not active.
   *
   * @throws InvalidInputException {@code adapter_invalid} for the active one
   */
  public synchronized void delete(String version) {
    requireWritable.run();
    Path doomed = require(version);
    if (activeVersion().filter(version::equals).isPresent()) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "collection '%s': adapter version %s is active, deactivate it first"
              .formatted(collection, version));
    }
    write(switches.withNewest(number(version)).without(version));
    loaded.remove(version);
    discard(doomed);
  }

  /** A crash leaves the folder whole or under a name that means nothing. */
  private void discard(Path version) {
    Path temporary = version.resolveSibling(version.getFileName() + TEMPORARY);
    files.deleteRecursively(temporary);
    files.rename(version, temporary);
    files.deleteRecursively(temporary);
  }

  private void write(ActiveFile next) {
    next.write(files, directory);
    switches = next;
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
