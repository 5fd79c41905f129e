package org.attunedb.bench.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.attunedb.core.Document;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.AttuneException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.jspecify.annotations.Nullable;

/**
 * Kills a process that writes to a store, opens the store in this process and compares it with what
 * the other had told. The store goes on from cycle to cycle and is made afresh now and then. Not
 * thread-safe.
 */
final class KillCampaign {
  private static final List<DurabilityName> DURABILITIES = List.of(DurabilityName.values());
  private static final int MOST_THREADS = 4;
  private static final int MOST_MILLIS = 500;
  private static final int AFRESH_ONE_OF = 20;
  private static final long START_SECONDS = 60;

  private final Path folder;
  private final long seed;
  private final Random random;
  private final List<NavigableMap<String, Document>> documents = new ArrayList<>();
  private int stores;

  /**
   * A campaign.
   *
   * @param folder for its stores; exists
   */
  KillCampaign(Path folder, long seed) {
    this.folder = folder;
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** What a cycle broke. */
  enum Damage {
    LOST,
    RESURRECTED,
    UNOPENABLE,
    /** Reads that disagree, or a child that ended by itself. */
    OTHER
  }

  /**
   * What a cycle led to.
   *
   * @param acknowledged operations
   * @param reopenMillis to open the store and its collection after the kill
   * @param damage null if there was none
   * @param detail of the damage
   */
  record Outcome(
      int cycle,
      DurabilityName durability,
      int threads,
      int acknowledged,
      double reopenMillis,
      @Nullable Damage damage,
      String detail) {}

  /** Runs one cycle. */
  Outcome run(int cycle) throws IOException, InterruptedException {
    if (stores == 0 || random.nextInt(AFRESH_ONE_OF) == 0) {
      startAfresh();
    }
    DurabilityName durability = DURABILITIES.get(random.nextInt(DURABILITIES.size()));
    int threads = random.nextBoolean() ? 1 : 2 + random.nextInt(MOST_THREADS - 1);
    List<String> told = killAfter(cycle, durability, threads, random.nextInt(MOST_MILLIS + 1));
    List<Allowed> allowed = allowed(cycle, durability, threads, told);
    int acknowledged = (int) told.stream().filter(line -> line.startsWith("a")).count();
    Outcome outcome = reopen(cycle, durability, threads, acknowledged, allowed);
    if (outcome.damage() != null) {
      stores = 0;
    }
    return outcome;
  }

  private Path store() {
    return folder.resolve("store-" + stores);
  }

  private void startAfresh() {
    stores = stores == 0 ? random.nextInt(1, 1 << 30) : stores + 1;
    documents.clear();
    for (int i = 0; i < MOST_THREADS; i++) {
      documents.add(new TreeMap<>());
    }
    try (Session session =
        Session.open(store(), Options.of(DurabilityName.SYNC.durability(), seed))) {
      session.create(
          Lane.COLLECTION, CollectionSpec.vectors(Documents.DIMENSION, Similarity.EUCLIDEAN));
    }
  }

  /** What the child told until it was killed. */
  private List<String> killAfter(int cycle, DurabilityName durability, int threads, int millis)
      throws IOException, InterruptedException {
    Path errors = folder.resolve("child.err");
    Process child =
        new ProcessBuilder(command(cycle, durability, threads))
            .redirectError(errors.toFile())
            .start();
    CountDownLatch first = new CountDownLatch(1);
    List<String> told = new ArrayList<>();
    Thread reader = Thread.ofPlatform().start(() -> read(child, told, first));
    try {
      boolean acknowledged = first.await(START_SECONDS, TimeUnit.SECONDS);
      if (!acknowledged || !child.isAlive()) {
        throw new IOException("the child did not write: " + Files.readString(errors));
      }
      Thread.sleep(millis);
      if (!child.isAlive()) {
        throw new IOException("the child ended by itself: " + Files.readString(errors));
      }
    } finally {
      // Not by the process itself, which would also close the pipe before it is read to its end.
      child.toHandle().destroyForcibly();
      child.waitFor();
      reader.join();
    }
    return told;
  }

  private static void read(Process child, List<String> told, CountDownLatch first) {
    try (BufferedReader lines = child.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        told.add(line);
        if (line.startsWith("a")) {
          first.countDown();
        }
        line = lines.readLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't read what the child tells", e);
    } finally {
      first.countDown();
    }
  }

  private List<String> command(int cycle, DurabilityName durability, int threads) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        KillChild.class.getName(),
        store().toString(),
        durability.name(),
        Long.toString(seed),
        Integer.toString(cycle),
        Integer.toString(threads));
  }

  /**
   * The states that a thread's documents may have.
   *
   * @param states after each of its operations
   * @param first the number of operations that must be there
   */
  private record Allowed(List<NavigableMap<String, Document>> states, int first) {}

  private List<Allowed> allowed(
      int cycle, DurabilityName durability, int threads, List<String> told) {
    List<Lane> lanes = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      lanes.add(new Lane(seed, cycle, i, documents.get(i)));
    }
    int[] acknowledged = new int[threads];
    int[] durable = new int[threads];
    // Of the operation in flight of each thread: what was acknowledged when it began to flush.
    List<int[]> flushing = new ArrayList<>(Collections.nCopies(threads, new int[0]));
    for (String line : told) {
      int thread = Integer.parseInt(line.substring(2));
      if (line.startsWith("b")) {
        boolean keeps = lanes.get(thread).next() instanceof Step.Keep;
        flushing.set(thread, keeps ? acknowledged.clone() : new int[0]);
      } else {
        acknowledged[thread]++;
        int[] flushed = flushing.get(thread);
        for (int i = 0; i < flushed.length; i++) {
          durable[i] = Math.max(durable[i], flushed[i]);
        }
      }
    }
    List<Allowed> allowed = new ArrayList<>();
    for (int i = 0; i < MOST_THREADS; i++) {
      allowed.add(
          i >= threads
              ? new Allowed(List.of(documents.get(i)), 0)
              : new Allowed(
                  lanes.get(i).states(),
                  durability == DurabilityName.MANUAL ? durable[i] : acknowledged[i]));
    }
    return allowed;
  }

  private Outcome reopen(
      int cycle, DurabilityName durability, int threads, int acknowledged, List<Allowed> allowed) {
    long start = System.nanoTime();
    Damage damage = null;
    String detail = "";
    double millis = 0;
    try (Session session =
        Session.open(store(), Options.of(DurabilityName.SYNC.durability(), seed))) {
      VectorCollection collection = session.get(Lane.COLLECTION);
      millis = (System.nanoTime() - start) / 1e6;
      NavigableMap<String, Document> found = CollectionCheck.scan(collection);
      for (int i = 0; i < MOST_THREADS && damage == null; i++) {
        NavigableMap<String, Document> own = own(found, i);
        damage = damage(allowed.get(i), own);
        detail = damage == null ? "" : difference(i, allowed.get(i), own);
        documents.set(i, own);
      }
      CollectionCheck.requireConsistent(collection, found);
    } catch (AttuneException e) {
      damage = Damage.UNOPENABLE;
      detail = e.getMessage();
    } catch (ViolationException e) {
      damage = damage == null ? Damage.OTHER : damage;
      detail += String.valueOf(e.getMessage());
    }
    return new Outcome(cycle, durability, threads, acknowledged, millis, damage, detail);
  }

  private static NavigableMap<String, Document> own(
      NavigableMap<String, Document> all, int thread) {
    NavigableMap<String, Document> own = new TreeMap<>(all);
    own.keySet().removeIf(id -> !id.startsWith(Lane.prefix(thread)));
    return own;
  }

  private static @Nullable Damage damage(Allowed allowed, NavigableMap<String, Document> found) {
    for (int i = allowed.states().size() - 1; i >= allowed.first(); i--) {
      if (CollectionCheck.same(allowed.states().get(i), found)) {
        return null;
      }
    }
    boolean back =
        found.keySet().stream()
            .anyMatch(
                id ->
                    allowed.states().stream()
                        .skip(allowed.first())
                        .noneMatch(state -> state.containsKey(id)));
    return back ? Damage.RESURRECTED : Damage.LOST;
  }

  private static String difference(
      int thread, Allowed allowed, NavigableMap<String, Document> found) {
    return "thread %s after %s to %s operations: %s"
        .formatted(
            thread,
            allowed.first(),
            allowed.states().size() - 1,
            CollectionCheck.difference(allowed.states().get(allowed.first()), found));
  }
}
