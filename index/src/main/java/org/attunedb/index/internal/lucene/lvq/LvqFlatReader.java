package org.attunedb.index.internal.lucene.lvq;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.codecs.lucene95.OffHeapByteVectorValues;
import org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/** Reads the records of a segment where they lie. Thread-safe. */
final class LvqFlatReader extends FlatVectorsReader {
  private final Map<String, Field> fields = new HashMap<>();
  private final IndexInput data;

  /**
   * Where a field's records are.
   *
   * @param offset of the first
   * @param length of all, in bytes
   * @param docs the documents they belong to
   */
  private record Field(
      long offset,
      long length,
      int dimension,
      VectorSimilarityFunction similarity,
      OrdToDocDISIReaderConfiguration docs) {}

  LvqFlatReader(SegmentReadState state) throws IOException {
    readDescription(state);
    this.data = open(state);
    for (Field field : fields.values()) {
      if (field.offset + field.length > data.length() - CodecUtil.footerLength()) {
        IOUtils.close(data);
        throw new CorruptIndexException("records behind the end of their file", data);
      }
    }
  }

  private static IndexInput open(SegmentReadState state) throws IOException {
    IndexInput in =
        state.directory.openInput(
            LvqFlatFormat.file(
                state.segmentInfo, state.segmentSuffix, LvqFlatFormat.RECORDS_EXTENSION),
            state.context.withHints(DataAccessHint.RANDOM));
    try {
      LvqFlatFormat.requireHeader(in, state, LvqFlatFormat.RECORDS_CODEC);
      CodecUtil.retrieveChecksum(in);
      return in;
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, in);
      throw e;
    }
  }

  private void readDescription(SegmentReadState state) throws IOException {
    String file =
        LvqFlatFormat.file(
            state.segmentInfo, state.segmentSuffix, LvqFlatFormat.DESCRIPTION_EXTENSION);
    try (ChecksumIndexInput in = state.directory.openChecksumInput(file)) {
      Throwable failure = null;
      try {
        LvqFlatFormat.requireHeader(in, state, LvqFlatFormat.DESCRIPTION_CODEC);
        for (int field = in.readInt(); field != LvqFlatFormat.END; field = in.readInt()) {
          add(in, state.fieldInfos.fieldInfo(field));
        }
      } catch (IOException | RuntimeException e) {
        failure = e;
      } finally {
        CodecUtil.checkFooter(in, failure);
      }
    }
  }

  private void add(IndexInput in, @Nullable FieldInfo info) throws IOException {
    long offset = in.readVLong();
    long length = in.readVLong();
    int dimension = in.readVInt();
    int count = in.readInt();
    if (info == null
        || info.getVectorDimension() != dimension
        || offset < 0
        || length != (long) count * LvqCode.recordBytes(dimension)) {
      throw new CorruptIndexException(
          "no such records: %s of %s dimensions in %s bytes from %s"
              .formatted(count, dimension, length, offset),
          in);
    }
    fields.put(
        info.name,
        new Field(
            offset,
            length,
            dimension,
            info.getVectorSimilarityFunction(),
            OrdToDocDISIReaderConfiguration.fromStoredMeta(in, count)));
  }

  private Field field(String name) {
    Field field = fields.get(name);
    if (field == null) {
      throw new IllegalArgumentException("field '" + name + "' has no vectors");
    }
    return field;
  }

  @Override
  public LvqVectors getFloatVectorValues(String name) throws IOException {
    Field field = field(name);
    return new LvqVectors(
        OffHeapByteVectorValues.load(
            field.similarity,
            LvqScorer.INSTANCE,
            field.docs,
            VectorEncoding.BYTE,
            LvqCode.recordBytes(field.dimension),
            field.offset,
            field.length,
            data),
        field.dimension,
        field.similarity);
  }

  @Override
  public ByteVectorValues getByteVectorValues(String name) {
    throw new UnsupportedOperationException("vectors of bytes are not written");
  }

  @Override
  public FlatVectorsScorer getFlatVectorScorer(String name) {
    return LvqScorer.INSTANCE;
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(String name, float[] query) throws IOException {
    return LvqScorer.INSTANCE.getRandomVectorScorer(
        field(name).similarity, getFloatVectorValues(name), query);
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(String name, byte[] query) {
    throw new UnsupportedOperationException("vectors of bytes are not written");
  }

  @Override
  public Map<String, Long> getOffHeapByteSize(FieldInfo info) {
    return Map.of(LvqFlatFormat.RECORDS_EXTENSION, field(info.name).length);
  }

  @Override
  public long ramBytesUsed() {
    // A few numbers for each field.
    return 0;
  }

  @Override
  public void checkIntegrity() throws IOException {
    CodecUtil.checksumEntireFile(data);
  }

  @Override
  public void close() throws IOException {
    data.close();
  }
}
