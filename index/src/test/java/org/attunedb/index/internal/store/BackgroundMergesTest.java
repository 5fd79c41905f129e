package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.attunedb.index.internal.lucene.GraphHeap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writers while no merge comes to an end. */
@Timeout(120)
class BackgroundMergesTest {
  private static final int GROUPS = 12;

  private static final GraphHeap GRAPHS = new GraphHeap(16, 4);

  private final MergePlaces places = new MergePlaces(4, 1L << 30);
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Throwable> failures = new ArrayList<>();

  /** A disk on which merges wait. */
  private final class SlowMerges extends FilterDirectory {
    SlowMerges() {
      super(new ByteBuffersDirectory());
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      if (context.context() == IOContext.Context.MERGE) {
        try {
          release.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      return super.createOutput(name, context);
    }
  }

  @Test
  void merge_noneEnds_writersGoOnAndMergesAreDoneLater() throws Exception {
    BackgroundMerges merges = new BackgroundMerges(places, GRAPHS, failures::add);
    List<Duration> waits = new ArrayList<>();
    try (IndexWriter writer = new IndexWriter(new SlowMerges(), config(merges))) {
      for (int i = 0; i < GROUPS; i++) {
        waits.add(write(writer, i));
        merges.endGroup();
      }
      assertThat(waits)
          .as("the first merges have a place, the later ones make the writer wait")
          .anyMatch(wait -> wait.compareTo(BackgroundMerges.LONGEST_STALL) >= 0);
      assertThat(segments(writer)).isGreaterThan(4);

      release.countDown();
      while (segments(writer) > 4) {
        Thread.sleep(5);
      }
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void merge_severalFlushesOfOneGroup_makeItWaitOnce() throws Exception {
    Duration longest = Duration.ofSeconds(2);
    BackgroundMerges merges = new BackgroundMerges(places, GRAPHS, failures::add, longest);
    List<Duration> waits = new ArrayList<>();
    try (IndexWriter writer = new IndexWriter(new SlowMerges(), config(merges))) {
      for (int i = 0; i < GROUPS; i++) {
        waits.add(write(writer, i));
      }
      release.countDown();
    }

    assertThat(waits).filteredOn(wait -> wait.compareTo(longest) >= 0).hasSize(1);
    assertThat(failures).isEmpty();
  }

  @Test
  void merge_otherCollectionsHoldAllPlaces_writersGoOnAndMergesAreDoneLater() throws Exception {
    MergePlaces one = new MergePlaces(1, 1L << 30);
    BackgroundMerges merges = new BackgroundMerges(one, GRAPHS, failures::add);
    List<Duration> waits = new ArrayList<>();
    MergePlaces.Place other = one.enter(0, 0, () -> false);
    try (IndexWriter writer = new IndexWriter(new ByteBuffersDirectory(), config(merges))) {
      for (int i = 0; i < GROUPS; i++) {
        waits.add(write(writer, i));
        merges.endGroup();
      }
      assertThat(waits)
          .as("the writer is slowed down once the collection's merges wait")
          .anyMatch(wait -> wait.compareTo(BackgroundMerges.LONGEST_STALL) >= 0);
      assertThat(one.stats().copying()).isEqualTo(1);
      assertThat(one.stats().waiting()).isEqualTo(2);
      assertThat(segments(writer)).isEqualTo(GROUPS);

      other.close();
      while (segments(writer) > 4) {
        Thread.sleep(5);
      }
    }
    assertThat(one.stats().copying()).isZero();
    assertThat(failures).isEmpty();
  }

  /** Nobody waits for a place that will never be free. */
  @Test
  void rollback_mergesWaitForPlaces_endsThem() throws Exception {
    MergePlaces one = new MergePlaces(1, 1L << 30);
    BackgroundMerges merges = new BackgroundMerges(one, GRAPHS, failures::add);
    MergePlaces.Place other = one.enter(0, 0, () -> false);
    IndexWriter writer = new IndexWriter(new ByteBuffersDirectory(), config(merges));
    for (int i = 0; i < GROUPS; i++) {
      write(writer, i);
      merges.endGroup();
    }
    assertThat(one.stats().waiting()).isPositive();

    writer.rollback();

    assertThat(one.stats().waiting()).isZero();
    assertThat(one.stats().copying()).as("of somebody else").isEqualTo(1);
    other.close();
    assertThat(failures).isEmpty();
  }

  /** Merges by twos, one at a time and one waiting. */
  private static IndexWriterConfig config(BackgroundMerges merges) {
    merges.setMaxMergesAndThreads(2, 1);
    LogDocMergePolicy pairs = new LogDocMergePolicy();
    pairs.setMergeFactor(2);
    pairs.setMinMergeDocs(1);
    return new IndexWriterConfig()
        .setMergeScheduler(merges)
        .setMergePolicy(pairs)
        .setMaxFullFlushMergeWaitMillis(0);
  }

  private static Duration write(IndexWriter writer, int id) throws IOException {
    long start = System.nanoTime();
    Document document = new Document();
    document.add(new StringField("id", "d" + id, Field.Store.NO));
    writer.addDocument(document);
    try (DirectoryReader view = DirectoryReader.open(writer)) {
      assertThat(view.numDocs()).isEqualTo(id + 1);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static int segments(IndexWriter writer) throws IOException {
    try (DirectoryReader view = DirectoryReader.open(writer)) {
      return view.leaves().size();
    }
  }
}
