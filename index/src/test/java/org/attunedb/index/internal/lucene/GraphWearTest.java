package org.attunedb.index.internal.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.store.FSDirectory;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long graphs are taken over from merge to merge. */
class GraphWearTest {
  private static final int DOCUMENTS = 3_000;
  private static final int DIMENSION = 8;
  private static final int FEW = 50;

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(1);
  private Attune attune;
  private VectorCollection things;
  private int deleted;

  @BeforeEach
  void fill() {
    attune = Attune.open(folder);
    things =
        attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.EUCLIDEAN));
    things.upsert(
        IntStream.range(0, DOCUMENTS).mapToObj(i -> Document.of("d" + i, vector())).toList());
    things.compact();
  }

  private Embedding vector() {
    float[] components = new float[DIMENSION];
    for (int c = 0; c < DIMENSION; c++) {
      components[c] = (float) random.nextGaussian();
    }
    return Embedding.of(components);
  }

  @AfterEach
  void close() {
    attune.close();
  }

  private void deleteAndCompact(int count) {
    List<String> ids = IntStream.range(deleted, deleted + count).mapToObj(i -> "d" + i).toList();
    deleted += count;
    assertThat(things.delete(ids)).isEqualTo(count);
    things.compact();
  }

  /** What the graph of the one segment is expected to lose when so many of all are deleted. */
  private double expected(int count) throws IOException {
    try (FSDirectory index = FSDirectory.open(folder.resolve("collections/things/index"));
        DirectoryReader reader = DirectoryReader.open(index)) {
      SegmentReader segment = (SegmentReader) reader.leaves().getFirst().reader();
      return GraphLinks.of(segment.getVectorReader()).unmended((double) count / segment.maxDoc());
    }
  }

  /** What the one segment notes; null if nothing. */
  private @Nullable Double noted() throws IOException {
    try (FSDirectory index = FSDirectory.open(folder.resolve("collections/things/index"))) {
      SegmentInfos segments = SegmentInfos.readLatestCommit(index);
      assertThat(segments.size()).isEqualTo(1);
      SegmentInfo segment = segments.info(0).info;
      String text = segment.getAttribute("attune.graphWear");
      return text == null ? null : Double.valueOf(text);
    }
  }

  @Test
  void compact_fewDeletionsEachTime_addUpUntilTheGraphIsBuiltAnew() throws IOException {
    assertThat(noted()).isNull();
    double lost = 0;
    int merges = 0;
    for (double next = expected(FEW); lost + next <= 0.06; next = expected(FEW)) {
      lost += next;
      merges++;
      deleteAndCompact(FEW);
      assertThat(noted()).isCloseTo(lost, within(1e-9));
    }
    assertThat(merges).isBetween(3, 4);

    deleteAndCompact(FEW);

    assertThat(noted()).as("a new graph has lost nothing").isNull();
  }

  @Test
  void compact_manyDeletionsAtOnce_countAsFarAsNodesStayUnmended() throws IOException {
    double expected = expected(DOCUMENTS / 5);
    assertThat(expected).isBetween(0.005, 0.06);

    deleteAndCompact(DOCUMENTS / 5);

    assertThat(noted()).isCloseTo(expected, within(1e-9));
  }

  @Test
  void compact_reopenedStore_goesOnCounting() throws IOException {
    double first = expected(FEW);
    deleteAndCompact(FEW);
    double second = expected(FEW);
    attune.close();
    attune = Attune.open(folder);
    things = attune.collection("things");

    deleteAndCompact(FEW);

    assertThat(noted()).isCloseTo(first + second, within(1e-9));
  }
}
