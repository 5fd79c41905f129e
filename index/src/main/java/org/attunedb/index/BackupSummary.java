package org.attunedb.index;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a backup holds.
 *
 * @param created when it was made, by the store's clock
 * @param sequences of each collection, by name, the number of the last write that is in the backup
 * @param files how many
 * @param bytes of all of them
 */
public record BackupSummary(
    Instant created, SortedMap<String, Long> sequences, int files, long bytes) {
  /** Copies the map. */
  public BackupSummary {
    sequences = Collections.unmodifiableSortedMap(new TreeMap<>(sequences));
  }
}
