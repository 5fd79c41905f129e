package org.attunedb.bench.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.Durability;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.io.FileOps;
import org.jspecify.annotations.Nullable;

/**
 * Changes a bit of a log whose operations were all acknowledged: the store must say so, not open
 * without them. Stateless.
 */
final class DamageCheck {
  private static final Path ROOT = Path.of("disk").toAbsolutePath();
  private static final Path LOG = ROOT.resolve("collections/harbour/log");
  private static final int BATCHES = 6;

  private DamageCheck() {}

  /** What is wrong after a change that the seed chooses; null if nothing is. */
  static @Nullable String run(long seed) {
    Random random = new Random(seed);
    CrashFileOps disk = CrashFileOps.empty(ROOT, random);
    CrashFileOps left = write(disk, random);
    try {
      damage(left, random);
      try (Session session = open(left)) {
        VectorCollection collection = session.get("harbour");
        return "opened with a damaged log, with " + collection.count(null) + " documents";
      } catch (StoreException e) {
        return e.code() == ErrorCode.STORE_CORRUPT ? null : "expected store_corrupt, got " + e;
      }
    } catch (IOException e) {
      throw new IllegalStateException("the simulated disk failed", e);
    }
  }

  /** What a process leaves that ends after a number of acknowledged batches. */
  private static CrashFileOps write(CrashFileOps disk, Random random) {
    Session session = open(disk);
    Documents documents = new Documents(random, "doc-", 0);
    VectorCollection collection =
        session.create(
            "harbour", CollectionSpec.vectors(Documents.DIMENSION, Similarity.EUCLIDEAN));
    for (int i = 0; i < BATCHES; i++) {
      collection.upsert(documents.batch(documents.ids(3)));
    }
    disk.kill();
    try {
      session.close();
    } catch (AttuneException e) {
      // The process has ended; only its threads are left to be stopped.
    }
    return disk.restart();
  }

  private static Session open(FileOps disk) {
    return Session.open(ROOT, disk, Options.of(Durability.sync(), 0));
  }

  private static void damage(CrashFileOps disk, Random random) throws IOException {
    List<Path> segments =
        disk.list(LOG).stream().filter(file -> file.toString().endsWith(".log")).toList();
    Path segment = segments.getFirst();
    disk.damage(segment, random.nextInt((int) disk.size(segment)));
  }
}
