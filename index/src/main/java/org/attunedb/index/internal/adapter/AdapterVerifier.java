package org.attunedb.index.internal.adapter;

import java.nio.file.Path;
import org.attunedb.core.adapter.Adapter;
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
    check(active, sink, () -> requireActive(files, directory, active));
    if (!files.ops().isDirectory(directory)) {
      return;
    }
    for (String version : VersionFolders.names(files, directory)) {
      Path folder = directory.resolve(version);
      Path description = folder.resolve(VersionDescription.FILE);
      check(description, sink, () -> VersionDescription.read(files, folder));
      Path weights = folder.resolve(VersionFolders.WEIGHTS);
      check(weights, sink, () -> requireWeights(files, folder, weights, spec));
    }
  }

  private static void requireActive(StoreFiles files, Path directory, Path file) {
    for (String active : ActiveFile.read(files, directory).allActive()) {
      if (!files.ops().isDirectory(directory.resolve(active))) {
        throw new StoreException(
            ErrorCode.STORE_CORRUPT, file + ": the active version '" + active + "' is missing");
      }
    }
  }

  private static void requireWeights(
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
