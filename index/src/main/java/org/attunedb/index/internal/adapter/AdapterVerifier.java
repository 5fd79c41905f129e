package org.attunedb.index.internal.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.SealedJson;
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
    Path active = directory.resolve(AdapterRegistry.ACTIVE);
    check(active, sink, () -> requireActive(files, directory, active));
    if (!files.ops().isDirectory(directory)) {
      return;
    }
    for (String version : versions(files, directory)) {
      Path folder = directory.resolve(version);
      Path description = folder.resolve(AdapterRegistry.DESCRIPTION);
      check(
          description,
          sink,
          () -> SealedJson.read(files, description, AdapterRegistry.FORMAT_VERSION));
      Path weights = folder.resolve(AdapterRegistry.WEIGHTS);
      check(weights, sink, () -> requireWeights(files, description, weights, spec));
    }
  }

  private static List<String> versions(StoreFiles files, Path directory) {
    return files.directories(directory).stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> AdapterRegistry.VERSION.matcher(name).matches())
        .toList();
  }

  private static void requireActive(StoreFiles files, Path directory, Path file) {
    SealedJson json = SealedJson.read(files, file, AdapterRegistry.FORMAT_VERSION);
    json.requireInt("newest");
    JsonNode active = json.member("active");
    if (active.isTextual() && !files.ops().isDirectory(directory.resolve(active.textValue()))) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT, file + ": the active version " + active + " is missing");
    }
  }

  private static void requireWeights(
      StoreFiles files, Path description, Path file, @Nullable CollectionSpec spec) {
    byte[] bytes = files.read(file);
    Adapter adapter = AdapterFile.decode(bytes, file.toString());
    SealedJson json = SealedJson.read(files, description, AdapterRegistry.FORMAT_VERSION);
    boolean fits =
        spec == null
            || (adapter.weights().dimension() == spec.dimension()
                && adapter.binding().embedder().equals(spec.embedder()));
    if (!fits
        || bytes.length != json.requireLong("weightsBytes", Integer.MAX_VALUE)
        || !AdapterRegistry.checksum(bytes).equals(json.requireText("weightsCrc32c"))) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          file
              + (fits
                  ? ": content does not fit the checksum of " + AdapterRegistry.DESCRIPTION
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
