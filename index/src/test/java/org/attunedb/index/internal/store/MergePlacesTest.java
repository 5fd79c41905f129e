package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.attunedb.index.MergeStats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which merges of a store may run beside which. */
@Timeout(60)
class MergePlacesTest {
  private static final long SMALL = 1 << 20;
  private static final long LARGE = 50L << 20;

  private final MergePlaces places = new MergePlaces(3, 1_000);

  private CompletableFuture<MergePlaces.Place> enter(long diskBytes, long graphBytes) {
    int waiting = places.stats().waiting();
    CompletableFuture<MergePlaces.Place> place = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> place.complete(places.enter(diskBytes, graphBytes, () -> false)));
    // In the order of the calls: each has entered or waits before the next comes.
    while (!place.isDone() && places.stats().waiting() == waiting) {
      Thread.onSpinWait();
    }
    return place;
  }

  private static void leave(CompletableFuture<MergePlaces.Place> place) {
    place.join().close();
  }

  private static void assertWaits(CompletableFuture<MergePlaces.Place> place) {
    assertThat(place.isDone()).isFalse();
  }

  @Test
  void enter_asManyAsThereArePlaces_run() {
    var first = enter(SMALL, 10);
    var second = enter(SMALL, 10);
    var third = enter(SMALL, 10);
    var fourth = enter(SMALL, 10);
    leave(first);
    fourth.join();

    assertThat(places.stats()).isEqualTo(new MergeStats(3, 0, 0, 3, 30, 1_000));
    leave(second);
    leave(third);
    leave(fourth);
    assertThat(places.stats()).isEqualTo(new MergeStats(0, 0, 0, 3, 0, 1_000));
  }

  @Test
  void enter_morethanPlaces_waits() {
    for (int i = 0; i < 3; i++) {
      enter(SMALL, 10).join();
    }

    assertWaits(enter(SMALL, 10));
    assertThat(places.stats()).isEqualTo(new MergeStats(3, 0, 1, 3, 30, 1_000));
  }

  @Test
  void enter_noGraph_hasPlacesOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      enter(SMALL, 10).join();
    }
    for (int i = 0; i < 3; i++) {
      enter(SMALL, 0).join();
    }

    assertWaits(enter(SMALL, 0));
    assertThat(places.stats()).isEqualTo(new MergeStats(3, 3, 1, 3, 30, 1_000));
  }

  @Test
  void enter_largeOnes_leaveAPlaceToSmallOnes() {
    enter(LARGE, 10).join();
    enter(LARGE, 10).join();
    var third = enter(LARGE, 10);
    assertWaits(third);

    enter(SMALL, 10).join();

    assertWaits(third);
    assertThat(places.stats().building()).isEqualTo(3);
  }

  @Test
  void enter_moreHeapThanIsLeft_waitsAndKeepsItsTurn() {
    var first = enter(SMALL, 600);
    var second = enter(SMALL, 500);
    assertWaits(second);
    var third = enter(SMALL, 100);
    assertWaits(third);
    enter(SMALL, 0).join();

    leave(first);

    second.join();
    third.join();
    assertThat(places.stats().heapBytes()).isEqualTo(600);
  }

  @Test
  void enter_moreHeapThanThereIs_runsAlone() {
    var first = enter(SMALL, 10);
    var huge = enter(LARGE, 5_000);
    assertWaits(huge);
    leave(first);
    huge.join();

    var next = enter(SMALL, 10);
    assertWaits(next);
    leave(huge);
    next.join();
  }

  @Test
  void enter_endedWhileWaiting_returnsWithoutAPlace() throws Exception {
    for (int i = 0; i < 3; i++) {
      enter(SMALL, 10).join();
    }
    AtomicBoolean ended = new AtomicBoolean();
    var waits = CompletableFuture.supplyAsync(() -> places.enter(SMALL, 10, ended::get));
    while (places.stats().waiting() == 0) {
      Thread.onSpinWait();
    }
    ended.set(true);

    waits.get(30, TimeUnit.SECONDS).close();

    assertThat(places.stats()).isEqualTo(new MergeStats(3, 0, 0, 3, 30, 1_000));
  }

  @Test
  void enter_interrupted_waitsOnAndKeepsTheFlag() throws Exception {
    var first = enter(SMALL, 10);
    enter(SMALL, 10).join();
    enter(SMALL, 10).join();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  places.enter(SMALL, 10, () -> false);
                  flag.complete(Thread.currentThread().isInterrupted());
                });
    while (places.stats().waiting() == 0) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    leave(first);

    assertThat(flag.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void of_threads_halfAsManyPlacesWithinBounds() {
    assertThat(MergePlaces.of(1, 1).stats().places()).isEqualTo(2);
    assertThat(MergePlaces.of(6, 1).stats().places()).isEqualTo(3);
    assertThat(MergePlaces.of(64, 1).stats().places()).isEqualTo(4);
  }
}
