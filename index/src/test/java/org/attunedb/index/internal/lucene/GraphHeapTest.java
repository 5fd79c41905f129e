package org.attunedb.index.internal.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.StringHelper;
import org.apache.lucene.util.Version;
import org.attunedb.index.VectorFormat;
import org.junit.jupiter.api.Test;

/** What a merge's graph is reckoned to take of the heap. */
class GraphHeapTest {
  private static final int M = 16;
  private static final int DIMENSION = 1_024;

  /** Of so many vectors one GiB is reached. */
  private static final int GIB = (1 << 30) / (DIMENSION * Float.BYTES);

  private final GraphHeap heap = new GraphHeap(M, DIMENSION);

  private static SegmentCommitInfo segment(String name, int documents, VectorFormat format) {
    SegmentInfo info =
        new SegmentInfo(
            new ByteBuffersDirectory(),
            Version.LATEST,
            Version.LATEST,
            name,
            documents,
            false,
            false,
            new Lucene104Codec(),
            Map.of(),
            StringHelper.randomId(),
            Map.of(),
            null);
    SegmentFormat.write(info, format);
    return new SegmentCommitInfo(info, 0, 0, -1, -1, -1, StringHelper.randomId());
  }

  private long bytes(VectorFormat format, int... documents) {
    SegmentCommitInfo[] segments = new SegmentCommitInfo[documents.length];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = segment("_" + i, documents[i], format);
    }
    return heap.bytes(new OneMerge(List.of(segments)));
  }

  private static long graph(long vectors) {
    return 25 * M * vectors;
  }

  @Test
  void bytes_fullVectors_areThoseOfTheGraph() {
    assertThat(bytes(VectorFormat.FLOAT32, GIB / 2, GIB)).isEqualTo(graph(GIB + GIB / 2));
    assertThat(bytes(VectorFormat.FLOAT32, 1_000, 1_000)).as("no graph").isZero();
  }

  @Test
  void bytes_jvectorMergeOfAGibibyteOfVectors_countsCodesAndTheirSample() {
    long below = bytes(VectorFormat.JVECTOR, GIB / 2, GIB / 2 - 1);
    long reached = bytes(VectorFormat.JVECTOR, GIB / 2, GIB / 2);

    assertThat(below).isEqualTo(graph(GIB - 1));
    long codes = (long) GIB * DIMENSION / 8;
    long sample = 32_768L * DIMENSION * Float.BYTES;
    assertThat(reached).isEqualTo(graph(GIB) + codes + sample);
  }
}
