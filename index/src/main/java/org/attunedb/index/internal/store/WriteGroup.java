package org.attunedb.index.internal.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes that share one frame of the log, one fsync and one view. Not thread-safe. */
final class WriteGroup {
  private final List<PendingWrite> writes = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Long> affected = new ArrayList<>();
  private final Set<String> touched = new HashSet<>();
  private boolean touchesAll;
  private long bytes;

  boolean isEmpty() {
    return changes.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /** Whether a write that depends on some ids (null: all) must see this group first. */
  boolean isReadBy(@Nullable Collection<String> ids) {
    if (isEmpty()) {
      return false;
    }
    return ids == null
        || (!ids.isEmpty() && (touchesAll || ids.stream().anyMatch(touched::contains)));
  }

  void add(PendingWrite write, Change change, long documents) {
    writes.add(write);
    changes.add(change);
    affected.add(documents);
    bytes += change.encoded().length;
    Collection<String> ids = change.ids();
    if (ids == null) {
      touchesAll = true;
    } else {
      touched.addAll(ids);
    }
  }

  List<Change> changes() {
    return changes;
  }

  void succeed() {
    for (int i = 0; i < writes.size(); i++) {
      writes.get(i).result().complete(affected.get(i));
    }
  }

  void fail(RuntimeException failure) {
    writes.forEach(write -> write.result().completeExceptionally(failure));
  }
}
