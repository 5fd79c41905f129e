package org.attunedb.index.internal.adapter;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/** Compares every file of a collection's adapters with its checksum. Stateless. */
public final class AdapterVerifier {
  private AdapterVerifier() {}

  /** Takes what was found. */
  @FunctionalInterface
  public interface Sink {
    /** The problem is null for a sound file. */
    void found(Path file, @Nullable String problem);
  }

  /** A step that throws what is wrong. */
  private interface Step {
    void run();
  }

  /**
   * Verifies the folder.
   *
   * @param spec of the collection, which adapters have to fit; null if it is not known
   */
  public static void verify(
      StoreFiles files, Path directory, @Nullable CollectionSpec spec, Sink sink) {
    Path active = directory.resolve(ActiveFile.FILE);
    Map<String, Optional<AdapterScope>> scopes = new HashMap<>();
    check(active, sink, () -> scopes.putAll(requireActive(files, directory, active)));
    if (!files.ops().isDirectory(directory)) {
      return;
    }
    for (String version : VersionFolders.names(files, directory)) {
      Path folder = directory.resolve(version);
      Path description = folder.resolve(VersionDescription.FILE);
      check(description, sink, () -> VersionDescription.read(files, folder));
      Path weights = folder.resolve(VersionFolders.WEIGHTS);
      check(
          weights,
          sink,
          () -> {
            Adapter adapter = requireWeights(files, folder, weights, spec);
            if (scopes.containsKey(version)) {
              requireScope(adapter, scopes.getOrDefault(version, Optional.empty()), weights);
            }
          });
    }
  }

  /** The active versions and what each is active for. */
  private static Map<String, Optional<AdapterScope>> requireActive(
      StoreFiles files, Path directory, Path file) {
    ActiveFile switches = ActiveFile.read(files, directory);
    Map<String, Optional<AdapterScope>> scopes = new HashMap<>();
    switches.collection().active().ifPresent(version -> scopes.put(version, Optional.empty()));
    switches.activeByScope().forEach((scope, version) -> scopes.put(version, Optional.of(scope)));
    for (String active : scopes.keySet()) {
      if (!files.ops().isDirectory(directory.resolve(active))) {
        throw new StoreException(
            ErrorCode.STORE_CORRUPT, file + ": the active version '" + active + "' is missing");
      }
    }
    return scopes;
  }

  private static void requireScope(Adapter adapter, Optional<AdapterScope> active, Path file) {
    if (!active.equals(adapter.binding().scope())) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          file + ": is for other searches than " + ActiveFile.FILE + " has it active for");
    }
  }

  private static Adapter requireWeights(
      StoreFiles files, Path folder, Path file, @Nullable CollectionSpec spec) {
    byte[] bytes = files.read(file);
    Adapter adapter = VersionFolders.decode(bytes, file);
    VersionDescription description = VersionDescription.read(files, folder);
    boolean fits =
        spec == null
            || (adapter.weights().dimension() == spec.dimension()
                && adapter.binding().embedder().equals(spec.embedder()));
    if (!fits || !description.fits(bytes)) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          file
              + (fits
                  ? ": content does not fit the checksum of " + VersionDescription.FILE
                  : ": is for another model than the collection"));
    }
    return adapter;
  }

  private static void check(Path file, Sink sink, Step step) {
    try {
      step.run();
      sink.found(file, null);
    } catch (AttuneException | InvalidInputException e) {
      sink.found(file, e.getMessage());
    }
  }
}
