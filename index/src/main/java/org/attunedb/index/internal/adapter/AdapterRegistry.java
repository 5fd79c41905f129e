package org.attunedb.index.internal.adapter;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.AdapterOrigin;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.search.AdapterResolver;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The adapter versions of a collection, and which of them are active: one for the collection and
 * one for each scope that has its own.
 *
 * <pre>
 * adapters/
 *   active.json              see {@link ActiveFile}
 *   v1/adapter.safetensors   see {@link AdapterFile}
 *   v1/version.json          see {@link VersionDescription}
 * </pre>
 *
 * <p>Thread-safe: changes are serialised; searches read the collection's active adapter, and those
 * of scopes that were searched lately, without waiting.
 */
public final class AdapterRegistry {
  private final String collection;
  private final Path directory;
  private final StoreFiles files;
  private final WriteGuard guard;
  private final VersionFolders folders;
  private final ActiveAdapters active;

  /** What {@code active.json} says. Written under this. */
  private volatile ActiveFile switches;

  /**
   * Opens the registry in a collection's folder and loads the collection's active adapter. Those of
   * scopes are loaded when they are searched for.
   *
   * @param guard whether the store may be changed
   * @throws StoreException {@code store_corrupt} if an active version is missing
   */
  public AdapterRegistry(
      String collection, CollectionSpec spec, StoreFiles files, Path directory, WriteGuard guard) {
    this.collection = collection;
    this.files = files;
    this.directory = directory;
    this.guard = guard;
    this.folders = new VersionFolders(collection, spec, files, directory);
    this.switches = ActiveFile.read(files, directory);
    this.active = new ActiveAdapters(folders, switches, () -> ActiveFile.read(files, directory));
  }

  /** Makes the folder of a new collection. */
  public static void create(StoreFiles files, Path directory) {
    files.createDirectories(directory);
    ActiveFile.initial().write(files, directory);
  }

  /** What searches apply. */
  public AdapterResolver active() {
    return active;
  }

  /** A version's weights and binding. */
  public Adapter read(String version) {
    return folders.read(version);
  }

  /** What is kept of a version. */
  public AdapterVersion version(String version) {
    VersionDescription description = folders.describe(version);
    Adapter adapter = folders.read(version, description);
    return new AdapterVersion(
        version,
        description.created(),
        ownVersion(adapter.binding().scope()).filter(version::equals).isPresent(),
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
    return folders.describe(version).trainedOn();
  }

  /**
   * Checks every file of every version.
   *
   * @throws StoreException {@code store_corrupt} naming the first that is damaged
   */
  public void verify() {
    folders.names().forEach(folders::readOwn);
  }

  /** Goes through every file, while no version comes, goes or is activated. */
  public synchronized void forEachFile(Consumer<Path> action) {
    action.accept(directory.resolve(ActiveFile.FILE));
    for (String version : folders.names()) {
      action.accept(directory.resolve(version).resolve(VersionFolders.WEIGHTS));
      action.accept(directory.resolve(version).resolve(VersionDescription.FILE));
    }
  }

  /** What is kept of every version, oldest first; without those that are deleted meanwhile. */
  public List<AdapterVersion> all() {
    List<AdapterVersion> all = new ArrayList<>();
    for (String version : folders.names()) {
      try {
        all.add(version(version));
      } catch (NotFoundException | StoreException e) {
        if (folders.exists(version)) {
          throw e;
        }
      }
    }
    return all;
  }

  /** The version that a job published; empty if there is none. */
  public Optional<AdapterVersion> trainedBy(String jobId) {
    AdapterOrigin origin = new AdapterOrigin.Trained(jobId);
    return folders.names().reversed().stream()
        .filter(version -> folders.describe(version).origin().equals(origin))
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
   * Passes if there is room for a version of a scope.
   *
   * @throws InvalidInputException {@code too_many_scopes}
   */
  public synchronized void requireRoom(Optional<AdapterScope> scope) {
    if (scope.isPresent()
        && !switches.scopes().containsKey(scope.get())
        && switches.scopes().size() >= DeepMemory.MAX_SCOPES) {
      throw new InvalidInputException(
          ErrorCode.TOO_MANY_SCOPES,
          "collection '%s': %s scopes have or had an active adapter, expected at most %s with '%s': delete versions of others"
              .formatted(
                  collection, switches.scopes().size() + 1, DeepMemory.MAX_SCOPES, scope.get()));
    }
  }

  /**
   * Keeps a new version and makes it the active one of its scope. If the second fails, the version
   * stays, whole and not active: nobody knows which version a file names whose renaming failed.
   *
   * @return its name
   */
  public synchronized String publish(
      Adapter adapter, TrainedOn trainedOn, Instant created, AdapterOrigin origin) {
    requireRoom(adapter.binding().scope());
    String version = add(adapter, trainedOn, created, origin);
    activate(version);
    return version;
  }

  /**
   * Makes a version active whose publishing came no further than its files, unless others have been
   * active since, of this or another scope: then nobody knows whether it was active, too.
   *
   * @return whether it is active now
   */
  public synchronized boolean finishPublishing(String version) {
    if (VersionFolders.number(version) > switches.newest()) {
      activate(version);
    }
    return switches.allActive().contains(version);
  }

  /**
   * Keeps a new version, which is not active.
   *
   * @return its name
   */
  public synchronized String add(
      Adapter adapter, TrainedOn trainedOn, Instant created, AdapterOrigin origin) {
    guard.requireWritable();
    folders.requireBinding(adapter);
    List<String> versions = folders.names();
    int newest = versions.isEmpty() ? 0 : VersionFolders.number(versions.getLast());
    String version = "v" + (Math.max(switches.newest(), newest) + 1);
    byte[] weights = AdapterFile.encode(adapter);
    Path temporary =
        folders.writeBeside(
            version, weights, VersionDescription.of(weights, trainedOn, created, origin));
    renaming(() -> folders.finish(temporary, version));
    return version;
  }

  /** Makes a version the active one of its scope. */
  public synchronized void activate(String version) {
    guard.requireWritable();
    // From the disk, which is what the next opening finds.
    Adapter adapter = read(version);
    Optional<AdapterScope> scope = adapter.binding().scope();
    requireRoom(scope);
    write(
        switches
            .withNewest(VersionFolders.number(version))
            .with(scope, switches.of(scope).switchedTo(version)),
        scope,
        ActiveAdapters.applied(version, adapter));
  }

  /** Leaves a scope, or the collection, without an active adapter of its own. */
  public synchronized void deactivate(Optional<AdapterScope> scope) {
    guard.requireWritable();
    Switches own = switches.of(scope);
    if (own.active().isPresent()) {
      write(switches.with(scope, own.switchedTo(null)), scope, null);
    }
  }

  /**
   * Makes active what was before the last activation or deactivation of a scope, or of the
   * collection.
   *
   * @throws ConflictException {@code nothing_to_roll_back}
   */
  public synchronized Optional<String> rollback(Optional<AdapterScope> scope) {
    guard.requireWritable();
    Switches own = switches.of(scope);
    Switches before =
        own.rolledBack()
            .orElseThrow(
                () ->
                    new ConflictException(
                        ErrorCode.NOTHING_TO_ROLL_BACK,
                        "collection '%s': no earlier switch of adapter versions%s is known, active is %s"
                            .formatted(
                                collection,
                                scope.map(one -> " of '" + one + "'").orElse(""),
                                own.active().orElse("none"))));
    AppliedAdapter adapter =
        before.active().map(version -> ActiveAdapters.applied(version, read(version))).orElse(null);
    write(switches.with(scope, before), scope, adapter);
    return before.active();
  }

  /**
   * Deletes a version that is not active.
   *
   * @throws InvalidInputException {@code adapter_invalid} for an active one
   */
  public synchronized void delete(String version) {
    guard.requireWritable();
    folders.require(version);
    if (switches.allActive().contains(version)) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "collection '%s': adapter version %s is active, deactivate it first"
              .formatted(collection, version));
    }
    write(switches.withNewest(VersionFolders.number(version)).without(version));
    active.setScopes(switches);
    active.discard(version);
  }

  private void write(
      ActiveFile next, Optional<AdapterScope> scope, @Nullable AppliedAdapter adapter) {
    write(next);
    if (scope.isEmpty()) {
      active.set(adapter, next);
    } else {
      active.setScopes(next);
    }
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
    folders.sweep();
  }

  /** The name of the active version of a scope, or of the collection, without falling back. */
  public Optional<String> ownVersion(Optional<AdapterScope> scope) {
    return switches.of(scope).active();
  }

  /** The name of the version that searches in a scope apply: its own, else the collection's. */
  public Optional<String> usedVersion(Optional<AdapterScope> scope) {
    return switches.of(scope).active().or(() -> switches.collection().active());
  }

  /** The names of the active versions of scopes. */
  public SortedMap<AdapterScope, String> activeByScope() {
    return switches.activeByScope();
  }
}
