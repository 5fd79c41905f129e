package org.attunedb.server.ingest;

import java.util.Optional;
import java.util.function.Supplier;
import org.attunedb.index.VectorCollection;
import org.jspecify.annotations.Nullable;

/**
 * The collection that pages go to. It may be made only when there is something to go there, so that
 * a source that can't be read leaves nothing behind. Thread-safe.
 */
final class Destination {
  private final Supplier<VectorCollection> maker;
  private @Nullable VectorCollection collection;

  private Destination(Supplier<VectorCollection> maker, @Nullable VectorCollection collection) {
    this.maker = maker;
    this.collection = collection;
  }

  /** A collection that is there. */
  static Destination of(VectorCollection collection) {
    return new Destination(() -> collection, collection);
  }

  /** A collection that is not there; the maker is asked once. */
  static Destination madeBy(Supplier<VectorCollection> maker) {
    return new Destination(maker, null);
  }

  /** The collection, if it is there. */
  synchronized Optional<VectorCollection> known() {
    return Optional.ofNullable(collection);
  }

  /** The collection, made if need be. */
  synchronized VectorCollection get() {
    VectorCollection known = collection;
    if (known == null) {
      known = maker.get();
      collection = known;
    }
    return known;
  }
}
