package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Work that several threads share. */
class SearchWorkersTest {
  private static String join(CountDownLatch others) {
    others.countDown();
    try {
      others.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Thread.currentThread().getName();
  }

  @Test
  void share_freeHelpers_doesTheWorkInEachOfThemAtOnce() {
    try (SearchWorkers workers = new SearchWorkers(3)) {
      CountDownLatch all = new CountDownLatch(3);

      List<String> threads = workers.share(7, () -> join(all));

      assertThat(threads).hasSize(3).doesNotHaveDuplicates();
      assertThat(threads.getFirst()).isEqualTo(Thread.currentThread().getName());
      assertThat(threads.subList(1, 3)).allMatch(name -> name.startsWith("attune-search-"));
    }
  }

  @Test
  void share_oneThread_isTheCallers() {
    try (SearchWorkers workers = new SearchWorkers(1)) {
      assertThat(workers.share(7, () -> Thread.currentThread()))
          .containsExactly(Thread.currentThread());
    }
  }

  @Test
  void share_helpersBusy_isDoneByTheCallerAlone() throws InterruptedException {
    try (SearchWorkers workers = new SearchWorkers(2)) {
      CountDownLatch busy = new CountDownLatch(2);
      CountDownLatch release = new CountDownLatch(1);
      Thread other =
          Thread.ofPlatform()
              .start(
                  () ->
                      workers.share(
                          2,
                          () -> {
                            busy.countDown();
                            return join(release, 1);
                          }));
      busy.await();

      assertThat(workers.share(2, Thread::currentThread)).containsExactly(Thread.currentThread());
      release.countDown();
      other.join();
    }
  }

  private static int join(CountDownLatch release, int value) {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return value;
  }

  @Test
  void share_failureOfAHelper_isThrownWhenAllHaveEnded() {
    try (SearchWorkers workers = new SearchWorkers(4)) {
      Thread caller = Thread.currentThread();
      AtomicInteger running = new AtomicInteger();
      CountDownLatch all = new CountDownLatch(4);

      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(
              () ->
                  workers.share(
                      4,
                      () -> {
                        running.incrementAndGet();
                        join(all);
                        running.decrementAndGet();
                        if (Thread.currentThread() != caller) {
                          throw new IllegalArgumentException("broken");
                        }
                        return 1;
                      }))
          .withMessage("broken");
      assertThat(running).hasValue(0);
    }
  }

  @Test
  void share_manyCallers_startsNoMoreThanTheHelpers() throws InterruptedException {
    Set<String> helpers = ConcurrentHashMap.newKeySet();
    try (SearchWorkers workers = new SearchWorkers(3)) {
      List<Thread> callers =
          java.util.stream.IntStream.range(0, 6)
              .mapToObj(
                  i -> Thread.ofPlatform().name("caller-" + i).start(() -> ask(workers, helpers)))
              .toList();
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertThat(helpers).filteredOn(name -> !name.startsWith("caller-")).hasSizeBetween(1, 2);
  }

  private static void ask(SearchWorkers workers, Set<String> threads) {
    for (int i = 0; i < 200; i++) {
      threads.addAll(workers.share(3, () -> Thread.currentThread().getName()));
    }
  }

  @Test
  void share_closed_isDoneByTheCaller() {
    SearchWorkers workers = new SearchWorkers(4);
    workers.close();

    assertThat(workers.share(4, Thread::currentThread)).containsExactly(Thread.currentThread());
  }
}
