package org.attunedb.bench.faults;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.attunedb.core.Document;

/**
 * The process that is killed. Writes until then, and tells on its stdout of each operation before
 * it begins ({@code b THREAD}) and after it was acknowledged ({@code a THREAD}).
 */
public final class KillChild {
  private final OutputStream pipe = new FileOutputStream(FileDescriptor.out);

  private KillChild() {}

  /**
   * Runs until the process ends.
   *
   * @param arguments folder, durability, seed, cycle, number of threads
   */
  public static void main(String[] arguments) throws InterruptedException {
    long seed = Long.parseLong(arguments[2]);
    int cycle = Integer.parseInt(arguments[3]);
    int count = Integer.parseInt(arguments[4]);
    KillChild child = new KillChild();
    List<Thread> threads = new ArrayList<>();
    try (Session session =
        Session.open(
            Path.of(arguments[0]),
            Options.of(DurabilityName.valueOf(arguments[1]).durability(), seed + cycle))) {
      for (int i = 0; i < count; i++) {
        int thread = i;
        Lane lane = new Lane(seed, cycle, thread, documents(session, Lane.prefix(thread)));
        threads.add(Thread.ofPlatform().start(() -> child.work(session, lane, thread)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static NavigableMap<String, Document> documents(Session session, String prefix) {
    NavigableMap<String, Document> documents =
        new TreeMap<>(CollectionCheck.scan(session.get(Lane.COLLECTION)));
    documents.keySet().removeIf(id -> !id.startsWith(prefix));
    return documents;
  }

  private void work(Session session, Lane lane, int thread) {
    while (true) {
      Step step = lane.next();
      lane.forget();
      tell("b " + thread + "\n");
      step.run(session);
      tell("a " + thread + "\n");
    }
  }

  private synchronized void tell(String line) {
    try {
      pipe.write(line.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("the parent is gone", e);
    }
  }
}
