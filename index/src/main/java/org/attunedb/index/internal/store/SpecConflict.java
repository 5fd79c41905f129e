package org.attunedb.index.internal.store;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.CollectionSpec;
import org.jspecify.annotations.Nullable;

/** How what a collection is asked to be differs from what it was made for. Stateless. */
final class SpecConflict {
  private SpecConflict() {}

  /**
   * That a collection exists which shall be created.
   *
   * @param stored what it was made for; null if that can't be read
   * @return {@code already_exists}, or {@code schema_conflict} that lists the differences
   */
  static ConflictException exists(
      String name, Object place, CollectionSpec asked, @Nullable CollectionSpec stored) {
    List<String> differences = stored == null ? List.of() : differences(asked, stored);
    String exists = "collection '%s' exists in %s".formatted(name, place);
    return differences.isEmpty()
        ? new ConflictException(ErrorCode.ALREADY_EXISTS, exists)
        : new ConflictException(
            ErrorCode.SCHEMA_CONFLICT,
            exists + " and was made for something else: " + String.join(", ", differences));
  }

  private static List<String> differences(CollectionSpec asked, CollectionSpec stored) {
    List<String> differences = new ArrayList<>();
    compare(differences, "embedder", asked.embedder(), stored.embedder());
    compare(differences, "dimension", asked.dimension(), stored.dimension());
    compare(differences, "similarity", asked.similarity(), stored.similarity());
    compare(differences, "m", asked.m(), stored.m());
    compare(differences, "efConstruction", asked.efConstruction(), stored.efConstruction());
    compare(differences, "vectorFormat", asked.vectorFormat(), stored.vectorFormat());
    return differences;
  }

  private static void compare(List<String> differences, String what, Object asked, Object stored) {
    if (!asked.equals(stored)) {
      differences.add("%s is %s, asked for %s".formatted(what, stored, asked));
    }
  }

  /**
   * Passes if a collection's vectors come from an embedder, or if none is given.
   *
   * @throws InvalidInputException {@code embedder_mismatch}
   */
  static void requireSameModel(String name, CollectionSpec spec, @Nullable Embedder embedder) {
    if (embedder == null) {
      return;
    }
    if (!embedder.info().name().equals(spec.embedder())
        || embedder.info().dimension() != spec.dimension()) {
      throw new InvalidInputException(
          ErrorCode.EMBEDDER_MISMATCH,
          "collection '%s' has %s-dimensional vectors of '%s', got the embedder '%s' with %s"
              .formatted(
                  name,
                  spec.dimension(),
                  spec.embedder(),
                  embedder.info().name(),
                  embedder.info().dimension()));
    }
  }
}
