package org.attunedb.index.internal.adapter;

import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.index.internal.search.AdapterResolver;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The adapters that searches apply. The collection's is in memory; those of scopes, and versions
 * that are asked for by name, are read when they are first needed. Thread-safe: what is in memory
 * is found without waiting.
 */
final class ActiveAdapters implements AdapterResolver {
  /** A version may hold megabytes of remembered queries, a collection hundreds of scopes. */
  private static final long MAX_LOADED_BYTES = 64L << 20;

  private final VersionFolders folders;
  private final Supplier<ActiveFile> onDisk;
  private final LoadedAdapters loaded = new LoadedAdapters(MAX_LOADED_BYTES);

  /** Replaced as a whole, under this. */
  private volatile Active active;

  /**
   * What searches with the active adapter apply.
   *
   * @param collection null for none
   * @param scopes names of versions
   */
  private record Active(
      @Nullable AppliedAdapter collection, SortedMap<AdapterScope, String> scopes) {
    /** The first scope with a version that a filter pins; null if there is none. */
    @Nullable Own own(@Nullable Filter filter) {
      if (filter != null && !scopes.isEmpty()) {
        for (AdapterScope pinned : AdapterScope.pinnedBy(filter)) {
          String version = scopes.get(pinned);
          if (version != null) {
            return new Own(pinned, version);
          }
        }
      }
      return null;
    }
  }

  /** The active version of a scope. */
  private record Own(AdapterScope scope, String version) {}

  /**
   * Loads the collection's active adapter and looks whether those of scopes are there.
   *
   * @param onDisk reads what is active now, which another process may have changed
   * @throws StoreException {@code store_corrupt} if one is not
   */
  ActiveAdapters(VersionFolders folders, ActiveFile switches, Supplier<ActiveFile> onDisk) {
    this.folders = folders;
    this.onDisk = onDisk;
    this.active =
        new Active(
            switches
                .collection()
                .active()
                .map(version -> applied(version, folders.readOwn(version, Optional.empty())))
                .orElse(null),
            switches.activeByScope());
    active.scopes.values().forEach(folders::requireOwn);
  }

  /** An adapter as searches apply it. */
  static AppliedAdapter applied(String version, Adapter adapter) {
    return new AppliedAdapter(version, new LowRankAdapter(adapter.weights()));
  }

  @Override
  public @Nullable AppliedAdapter resolve(AdapterChoice choice, @Nullable Filter filter) {
    return switch (choice) {
      case AdapterChoice.None none -> null;
      case AdapterChoice.Active chosen -> active(filter);
      case AdapterChoice.Version version -> named(version.id());
    };
  }

  @Override
  public AdapterResolver pinned() {
    Active now = active;
    return (choice, filter) -> {
      if (!(choice instanceof AdapterChoice.Active)) {
        return resolve(choice, filter);
      }
      Own own = now.own(filter);
      return own == null ? now.collection : named(own.version).over(now.collection);
    };
  }

  /**
   * The adapter that a search with the active one applies, over the collection's; null if there is
   * none.
   *
   * @throws StoreException {@code store_corrupt} if a scope's can't be used
   */
  private @Nullable AppliedAdapter active(@Nullable Filter filter) {
    Active now = active;
    Own own = now.own(filter);
    if (own == null) {
      return now.collection;
    }
    AppliedAdapter known = loaded.get(own.version);
    return known == null ? loadActive(filter) : known.over(now.collection);
  }

  /** No version goes meanwhile, but by another process. */
  private synchronized @Nullable AppliedAdapter loadActive(@Nullable Filter filter) {
    Own own = active.own(filter);
    if (own != null && !folders.exists(own.version)) {
      // Where another process writes, a version that is gone was switched away from before.
      active = new Active(active.collection, onDisk.get().activeByScope());
      own = active.own(filter);
    }
    if (own == null) {
      return active.collection;
    }
    AppliedAdapter known = loaded.get(own.version);
    AppliedAdapter its =
        known == null
            ? keep(own.version, folders.readOwn(own.version, Optional.of(own.scope)))
            : known;
    return its.over(active.collection);
  }

  private AppliedAdapter keep(String version, Adapter adapter) {
    AppliedAdapter made = applied(version, adapter);
    loaded.put(made, folders.describe(version).weightsBytes());
    return made;
  }

  /**
   * The adapter of a version.
   *
   * @throws NotFoundException {@code adapter_not_found}
   */
  private AppliedAdapter named(String version) {
    AppliedAdapter known = known(version);
    return known == null ? loadNamed(version) : known;
  }

  private @Nullable AppliedAdapter known(String version) {
    AppliedAdapter current = active.collection;
    return current != null && current.version().equals(version) ? current : loaded.get(version);
  }

  /** No version goes meanwhile, so that none is kept that is gone. */
  private synchronized AppliedAdapter loadNamed(String version) {
    AppliedAdapter known = known(version);
    return known == null ? keep(version, folders.read(version)) : known;
  }

  /** From now on searches apply these. */
  synchronized void set(@Nullable AppliedAdapter collection, ActiveFile switches) {
    active = new Active(collection, switches.activeByScope());
  }

  /** From now on searches in scopes apply these. */
  synchronized void setScopes(ActiveFile switches) {
    active = new Active(active.collection, switches.activeByScope());
  }

  /** Deletes a version that none of these is. */
  synchronized void discard(String version) {
    loaded.forget(version);
    folders.discard(version);
  }
}
