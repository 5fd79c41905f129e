package org.attunedb.index.internal.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.attunedb.index.MergeStats;

/**
 * Bounds the merges of all collections of a store in number and in heap. A merge that builds a
 * graph takes a place and as much of the heap as its graph; one that builds none takes a place of
 * the other kind, so that small segments don't gather behind graphs that take minutes. Large merges
 * leave one place to those below 50 MB, for the same reason.
 *
 * <p>Places are given in the order in which merges ask, except that one that is held up only for
 * being large lets others pass. One that does not fit the heap lets nobody pass who needs heap, or
 * it might wait for ever. Whoever holds a place waits for nobody else's, so all get theirs in the
 * end. Thread-safe.
 */
final class MergePlaces {
  /** A merge of so many bytes is large, as for Lucene's scheduler. */
  private static final long LARGE_BYTES = 50L << 20;

  private static final int FEWEST = 2;
  private static final int MOST = 4;

  /** How soon a merge that waits sees that nobody wants it any more. */
  private static final long LOOK_MILLIS = 20;

  private final int places;
  private final long heapLimit;
  private final Deque<Place> waiting = new ArrayDeque<>();
  private int copying;
  private int building;
  private int large;
  private long heapBytes;

  /**
   * Places for a store.
   *
   * @param places of each kind, at least 2
   * @param heapLimit bytes that graphs may take while they are built
   */
  MergePlaces(int places, long heapLimit) {
    this.places = places;
    this.heapLimit = heapLimit;
  }

  /** Half as many places as threads build a graph, 2 to 4. */
  static MergePlaces of(int mergeThreads, long heapLimit) {
    return new MergePlaces(Math.clamp(mergeThreads / 2, FEWEST, MOST), heapLimit);
  }

  /** A merge's place, to be closed when it has ended. */
  final class Place implements AutoCloseable {
    private final long bytes;
    private final boolean isLarge;

    /** Guarded by the places. */
    private boolean taken;

    private Place(long diskBytes, long bytes) {
      this.bytes = bytes;
      this.isLarge = diskBytes >= LARGE_BYTES;
    }

    private boolean builds() {
      return bytes > 0;
    }

    @Override
    public void close() {
      leave(this);
    }
  }

  /**
   * Waits for a place.
   *
   * @param diskBytes what the merge is estimated to write
   * @param graphBytes what its graph takes of the heap; 0 if it builds none
   * @param ended whether the merge is no longer wanted: then it waits no longer
   */
  Place enter(long diskBytes, long graphBytes, BooleanSupplier ended) {
    Place place = new Place(diskBytes, graphBytes);
    boolean interrupted = false;
    synchronized (this) {
      waiting.add(place);
      admit();
      while (!place.taken && !ended.getAsBoolean()) {
        try {
          TimeUnit.MILLISECONDS.timedWait(this, LOOK_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (!place.taken) {
        waiting.remove(place);
        admit();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return place;
  }

  private synchronized void leave(Place place) {
    if (place.taken) {
      place.taken = false;
      count(place, -1);
      admit();
    }
  }

  private void admit() {
    boolean full = building >= places;
    for (Iterator<Place> each = waiting.iterator(); each.hasNext(); ) {
      Place place = each.next();
      boolean fits;
      if (!place.builds()) {
        fits = copying < places;
      } else if (full || (place.isLarge && large >= places - 1)) {
        fits = false;
      } else {
        fits = heapBytes == 0 || heapBytes + place.bytes <= heapLimit;
        full = !fits;
      }
      if (fits) {
        each.remove();
        place.taken = true;
        count(place, 1);
        full |= building >= places;
      }
    }
    notifyAll();
  }

  private void count(Place place, int by) {
    if (!place.builds()) {
      copying += by;
      return;
    }
    building += by;
    heapBytes += by * place.bytes;
    if (place.isLarge) {
      large += by;
    }
  }

  synchronized MergeStats stats() {
    return new MergeStats(building, copying, waiting.size(), places, heapBytes, heapLimit);
  }
}
