package org.attunedb.index.internal.lucene.jvector;

import java.io.IOException;
import java.util.concurrent.ForkJoinPool;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.jspecify.annotations.Nullable;

/** Writes a segment in {@link JVectorFormat}. Not thread-safe. */
final class JVectorWriter extends KnnVectorsWriter {
  private final SegmentWriteState state;
  private final FlatVectorsFormat format;
  private final GraphSettings settings;
  private final ForkJoinPool workers;
  private final FlatVectorsWriter flat;
  private final IndexOutput description;
  private final IndexOutput graphs;

  /** Set once all vectors of a merge are written, which graphs are then built from. */
  private @Nullable FlatVectorsReader merged;

  JVectorWriter(
      SegmentWriteState state,
      FlatVectorsFormat format,
      GraphSettings settings,
      ForkJoinPool workers)
      throws IOException {
    this.state = state;
    this.format = format;
    this.settings = settings;
    this.workers = workers;
    this.flat = format.fieldsWriter(state);
    IndexOutput first = null;
    try {
      first = create(state, JVectorFormat.DESCRIPTION_EXTENSION, JVectorFormat.DESCRIPTION_CODEC);
      this.graphs = create(state, JVectorFormat.GRAPH_EXTENSION, JVectorFormat.GRAPH_CODEC);
      this.description = first;
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, first, flat);
      throw e;
    }
  }

  private static IndexOutput create(SegmentWriteState state, String extension, String codec)
      throws IOException {
    String name =
        IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension);
    IndexOutput out = state.directory.createOutput(name, state.context);
    try {
      CodecUtil.writeIndexHeader(
          out, codec, JVectorFormat.VERSION, state.segmentInfo.getId(), state.segmentSuffix);
      return out;
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, out);
      throw e;
    }
  }

  @Override
  public KnnFieldVectorsWriter<?> addField(FieldInfo field) throws IOException {
    return flat.addField(field);
  }

  @Override
  public void flush(int maxDoc, Sorter.@Nullable DocMap sortMap) throws IOException {
    flat.flush(maxDoc, sortMap);
  }

  @Override
  public IORunnable mergeOneField(FieldInfo field, MergeState merge) throws IOException {
    flat.mergeOneFlatVectorField(field, merge);
    return () -> {
      merge.checkAborted();
      build(field, merge::checkAborted);
    };
  }

  private void build(FieldInfo field, IORunnable check) throws IOException {
    FlatVectorsReader vectors = merged();
    FloatVectorValues values = vectors.getFloatVectorValues(field.name);
    if (values == null || !settings.buildsGraph(values.size())) {
      return;
    }
    RandomVectorScorerSupplier scorers =
        vectors
            .getFlatVectorScorer(field.name)
            .getRandomVectorScorerSupplier(field.getVectorSimilarityFunction(), values);
    long offset = graphs.getFilePointer();
    new GraphBuild(settings, workers, check).write(values, scorers, graphs);
    new StoredGraph(field.number, offset, graphs.getFilePointer() - offset, values.size())
        .write(description);
  }

  private FlatVectorsReader merged() throws IOException {
    if (merged == null) {
      flat.finish();
      flat.close();
      merged =
          format.fieldsReader(
              new SegmentReadState(
                  state.directory,
                  state.segmentInfo,
                  state.fieldInfos,
                  // Building a graph looks here and there, whatever the merge reads in a row.
                  IOContext.DEFAULT.withHints(DataAccessHint.RANDOM),
                  state.segmentSuffix));
    }
    return merged;
  }

  @Override
  public void finish() throws IOException {
    if (merged == null) {
      flat.finish();
    }
    description.writeInt(JVectorFormat.END);
    CodecUtil.writeFooter(description);
    CodecUtil.writeFooter(graphs);
  }

  @Override
  public long ramBytesUsed() {
    return flat.ramBytesUsed();
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(flat, merged, description, graphs);
  }
}
