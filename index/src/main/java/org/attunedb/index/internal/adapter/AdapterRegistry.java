package org.attunedb.index.internal.adapter;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

  /** A version may hold megabytes of remembered queries. */
  private static final int MAX_LOADED = 4;

  private final String collection;
  private final CollectionSpec spec;
  private final Path directory;
  private final StoreFiles files;
  private final WriteGuard guard;

  /** Versions that were asked for by name, the last one first. Replaced as a whole, under this. */
  private volatile List<AppliedAdapter> loaded = List.of();

  private volatile @Nullable AppliedAdapter active;

  /** What {@code active.json} says. Guarded by this. */
  private ActiveFile switches;

  /**
   * Opens the registry in a collection's folder and loads the active adapter.
   *
   * @param guard whether the store may be changed
   */
  public AdapterRegistry(
      String collection, CollectionSpec spec, StoreFiles files, Path directory, WriteGuard guard) {
    this.collection = collection;
    this.spec = spec;
    this.files = files;
    this.directory = directory;
    this.guard = guard;
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
      return load(version);
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
    AppliedAdapter known = known(version);
    return known == null ? applyFirst(version) : known;
  }

  private @Nullable AppliedAdapter known(String version) {
    AppliedAdapter current = active;
    if (current != null && current.version().equals(version)) {
      return current;
    }
    for (AppliedAdapter each : loaded) {
      if (each.version().equals(version)) {
        return each;
      }
    }
    return null;
  }

  /** No version goes meanwhile, so that none is kept that is gone. */
  private synchronized AppliedAdapter applyFirst(String version) {
    AppliedAdapter known = known(version);
    if (known != null) {
      return known;
    }
    AppliedAdapter made = load(version);
    loaded = Stream.concat(Stream.of(made), loaded.stream()).limit(MAX_LOADED).toList();
    return made;
  }

  private AppliedAdapter load(String version) {
    return new AppliedAdapter(version, new LowRankAdapter(read(version).weights()));
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
    Adapter adapter = decode(bytes, file);
    requireBinding(adapter);
    return adapter;
  }

  /**
   * The adapter of a version's file.
   *
   * @throws StoreException {@code unsupported_format} if a newer version of Attune wrote it
   * @throws InvalidInputException {@code adapter_invalid} if it is none
   */
  static Adapter decode(byte[] bytes, Path file) {
    if (AdapterFile.isNewer(bytes)) {
      throw new StoreException(
          ErrorCode.UNSUPPORTED_FORMAT,
          file + ": adapter format version is newer than this version of Attune reads");
    }
    return AdapterFile.decode(bytes, file.toString());
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

  /** What is kept of every version, oldest first; without those that are deleted meanwhile. */
  public List<AdapterVersion> all() {
    List<AdapterVersion> all = new ArrayList<>();
    for (String version : versions()) {
      try {
        all.add(version(version));
      } catch (NotFoundException | StoreException e) {
        if (files.ops().isDirectory(directory.resolve(version))) {
          throw e;
        }
      }
    }
    return all;
  }

  /** The version that a job published; empty if there is none. */
  public Optional<AdapterVersion> trainedBy(String jobId) {
    AdapterOrigin origin = new AdapterOrigin.Trained(jobId);
    return versions().reversed().stream()
        .filter(version -> describe(version).origin().equals(origin))
        .findFirst()
        .map(this::version);
  }

  /**
   * Passes if a version could be published.
   *
   * @throws org.attunedb.core.error.StoreException {@code read_only}
   */
  public void requireWritable() {
    guard.requireWritable();
  }

  /**
   * Keeps a new version and makes it the active one. If the second fails, the version stays, whole
   * and not active: nobody knows which version a file names whose renaming failed.
   *
   * @return its name
   */
  public synchronized String publish(
      Adapter adapter, TrainedOn trainedOn, Instant created, AdapterOrigin origin) {
    String version = add(adapter, trainedOn, created, origin);
    activate(version);
    return version;
  }

  /** Makes a version active whose publishing came no further than its files. */
  public synchronized void finishPublishing(String version) {
    if (number(version) > switches.newest()) {
      activate(version);
    }
  }

  /**
   * Keeps a new version, which is not active.
   *
   * @return its name
   */
  public synchronized String add(
      Adapter adapter, TrainedOn trainedOn, Instant created, AdapterOrigin origin) {
    guard.requireWritable();
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
    } catch (StoreException e) {
      removeQuietly(temporary, e);
      throw e;
    }
    renaming(() -> files.rename(temporary, directory.resolve(version)));
    return version;
  }

  private void removeQuietly(Path temporary, StoreException failure) {
    try {
      files.deleteRecursively(temporary);
    } catch (StoreException e) {
      // What is left is overwritten by the next version, or removed when the store is opened.
      failure.addSuppressed(e);
    }
  }

  /** Makes a version the active one. */
  public synchronized void activate(String version) {
    guard.requireWritable();
    // From the disk, which is what the next opening finds.
    AppliedAdapter adapter = load(version);
    write(switches.withNewest(number(version)).switchedTo(version));
    active = adapter;
  }

  /** Leaves the collection without an active adapter. */
  public synchronized void deactivate() {
    guard.requireWritable();
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
    guard.requireWritable();
    ActiveFile before =
        switches
            .rolledBack()
            .orElseThrow(
                () ->
                    new ConflictException(
                        ErrorCode.NOTHING_TO_ROLL_BACK,
                        "collection '%s': no earlier switch of adapter versions is known, active is %s"
                            .formatted(collection, switches.active().orElse("none"))));
    AppliedAdapter adapter = before.active().map(this::load).orElse(null);
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
    guard.requireWritable();
    Path doomed = require(version);
    if (activeVersion().filter(version::equals).isPresent()) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "collection '%s': adapter version %s is active, deactivate it first"
              .formatted(collection, version));
    }
    write(switches.withNewest(number(version)).without(version));
    loaded = loaded.stream().filter(each -> !each.version().equals(version)).toList();
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
    // A failure up to here leaves the file as it is; the renaming may fail after it was done.
    Path temporary = next.writeBeside(files, directory);
    renaming(() -> files.rename(temporary, directory.resolve(ActiveFile.FILE)));
    switches = next;
  }

  private void renaming(Runnable step) {
    try {
      step.run();
    } catch (StoreException e) {
      guard.failed(e);
      throw e;
    }
  }

  /** Removes what a crash left half-made or half-deleted. */
  public synchronized void sweep() {
    for (Path path : files.list(directory)) {
      if (path.getFileName().toString().endsWith(TEMPORARY)) {
        files.deleteRecursively(path);
      }
    }
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
