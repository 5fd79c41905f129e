package org.attunedb.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A change of metadata: some keys get a value, some lose theirs, all others stay.
 *
 * @param set new values by key
 * @param remove keys to remove; a missing one is ignored, and one that is also set stays
 */
public record MetadataPatch(Metadata set, Set<String> remove) {
  /** Copies the keys. */
  public MetadataPatch {
    Objects.requireNonNull(set, "set");
    remove = Set.copyOf(Objects.requireNonNull(remove, "remove"));
  }

  /** A patch that sets values. */
  public static MetadataPatch set(Metadata values) {
    return new MetadataPatch(values, Set.of());
  }

  /** A patch that removes keys. */
  public static MetadataPatch remove(String... keys) {
    return new MetadataPatch(Metadata.empty(), Set.of(keys));
  }

  /**
   * The metadata after the change.
   *
   * @throws org.attunedb.core.error.InvalidInputException {@code metadata_too_large} for more than
   *     {@value Metadata#MAX_KEYS} keys
   */
  public Metadata applyTo(Metadata metadata) {
    Map<String, MetadataValue> values = new LinkedHashMap<>(metadata.asMap());
    values.keySet().removeAll(remove);
    values.putAll(set.asMap());
    return Metadata.copyOf(values);
  }
}
