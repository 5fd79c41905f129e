package org.attunedb.bench.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import org.attunedb.core.Document;

/**
 * The operations of one thread on its own documents, drawn alike by the process that carries them
 * out and by the one that checks them. Not thread-safe.
 */
final class Lane {
  static final String COLLECTION = "harbour";
  static final int VERSIONS = 20_000;

  private static final int KEEP_ONE_OF = 25;

  private final Random random;
  private final Documents documents;
  private final List<NavigableMap<String, Document>> states = new ArrayList<>();

  /**
   * The lane of a thread in a cycle.
   *
   * @param start its documents at the beginning
   */
  Lane(long seed, int cycle, int thread, NavigableMap<String, Document> start) {
    this.random = new Random(seed * 1_000_003 + cycle * 31L + thread);
    this.documents = new Documents(random, prefix(thread), cycle * VERSIONS);
    states.add(start);
  }

  /** What the ids of a thread's documents begin with. */
  static String prefix(int thread) {
    return "t" + thread + "-";
  }

  /** The next operation. */
  Step next() {
    NavigableMap<String, Document> before = states.getLast();
    Step step =
        random.nextInt(KEEP_ONE_OF) == 0
            ? new Step.Keep(
                COLLECTION, random.nextBoolean() ? Step.Keeping.FLUSH : Step.Keeping.CHECKPOINT)
            : Workload.write(random, documents, COLLECTION, before);
    states.add(step instanceof Step.Write write ? write.after(before) : before);
    return step;
  }

  /** The documents after each operation, from none to all that were drawn. */
  List<NavigableMap<String, Document>> states() {
    return states;
  }

  /** Forgets earlier states, which nobody needs where operations are carried out. */
  void forget() {
    states.subList(0, states.size() - 1).clear();
  }
}
