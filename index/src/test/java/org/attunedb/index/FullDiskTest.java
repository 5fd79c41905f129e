package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.store.Directory;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.OutputFile;
import org.attunedb.index.internal.store.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that is full from some write on while a version is published. */
@Timeout(120)
class FullDiskTest {
  private static final Path ROOT = Path.of("full").toAbsolutePath();
  private static final AdapterWeights FIRST =
      new AdapterWeights(new float[] {1, 0}, new float[] {0, 1}, new float[2], 1);
  private static final AdapterWeights SECOND =
      new AdapterWeights(new float[] {0, 1}, new float[] {1, 0}, new float[2], 1);

  private final FakeTrainer trainer = new FakeTrainer();

  @Test
  void publish_noSpaceFromAnyWriteOn_failsTypedAndKeepsTheActiveVersion()
      throws InterruptedException {
    boolean published = false;
    int allowed = 0;
    while (!published) {
      published = publishWithRoomFor(allowed);
      allowed++;
    }
    // A folder, two files of five steps each, a rename, and the same for active.json.
    assertThat(allowed).isGreaterThan(10);
  }

  private boolean publishWithRoomFor(int writes) throws InterruptedException {
    FullDisk disk = new FullDisk(ROOT);
    boolean published;
    try (Store store = open(disk)) {
      VectorCollection things =
          store.create("things", CollectionSpec.vectors(2, Similarity.COSINE), null);
      things.upsert(List.of(Document.of("a", Embedding.of(1, 0))));
      DeepMemory memory = things.deepMemory();
      trainer.publish(FIRST);
      memory.train(labels()).await();
      trainer.follow(
          (set, listener, cancellation) -> {
            disk.left.set(writes);
            return FakeTrainer.publishing(SECOND);
          });

      JobState state = memory.train(labels()).await();

      published = memory.activeVersion().equals(Optional.of("v2"));
      if (!published) {
        assertThat(state)
            .isInstanceOfSatisfying(
                JobState.Failed.class,
                failed -> {
                  assertThat(failed.code()).isEqualTo(ErrorCode.STORE_IO);
                  assertThat(failed.message()).contains("No space left");
                });
        assertThat(memory.activeVersion()).contains("v1");
      }
      disk.left.set(Integer.MAX_VALUE);
    }
    try (Store store = open(disk)) {
      DeepMemory memory = store.get("things", null).deepMemory();
      assertThat(memory.activeVersion()).contains(published ? "v2" : "v1");
      for (AdapterVersion version : memory.versions()) {
        assertThat(memory.adapter(version.name()).weights())
            .isEqualTo(version.name().equals("v1") ? FIRST : SECOND);
      }
      trainer.publish(SECOND);
      assertThat(memory.train(labels()).await()).isInstanceOf(JobState.Completed.class);
    }
    return published;
  }

  private Store open(FullDisk disk) {
    return Store.open(
        ROOT, disk, AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer)), () -> {});
  }

  private static TrainingRequest labels() {
    return TrainingRequest.of(
        LabelledQueries.ofVectors(
            List.of(Embedding.of(1, 2)), List.of(List.of(RelevantDocument.of("a")))));
  }

  /** What needs room fails once there is none; forcing names and deleting needs none. */
  private static final class FullDisk implements FileOps {
    private final HeapFileOps disk;
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

    FullDisk(Path root) {
      this.disk = new HeapFileOps(root);
    }

    private void take() throws IOException {
      if (left.getAndUpdate(n -> n == Integer.MAX_VALUE ? n : Math.max(0, n - 1)) == 0) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public boolean exists(Path path) {
      return disk.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
      return disk.isDirectory(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
      return disk.list(directory);
    }

    @Override
    public long size(Path file) throws IOException {
      return disk.size(file);
    }

    @Override
    public InputStream open(Path file) throws IOException {
      return disk.open(file);
    }

    @Override
    public OutputFile create(Path file) throws IOException {
      take();
      OutputFile out = disk.create(file);
      return new OutputFile() {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
          take();
          out.write(bytes);
        }

        @Override
        public void force() throws IOException {
          take();
          out.force();
        }

        @Override
        public void close() throws IOException {
          out.close();
        }
      };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      take();
      disk.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
      disk.delete(path);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
      take();
      disk.createDirectory(directory);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
      take();
      disk.link(existing, link);
    }

    @Override
    public void forceFile(Path file) throws IOException {
      disk.forceFile(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      disk.forceDirectory(directory);
    }

    @Override
    public Directory lucene(Path directory) throws IOException {
      return disk.lucene(directory);
    }
  }
}
