package org.attunedb.index.internal.lucene.lvq;

import java.io.IOException;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.IndexOutput;
import org.attunedb.core.Embedding;

/** The records and the documents they belong to, without a graph: see {@link LvqVectorsFormat}. */
final class LvqFlatFormat extends FlatVectorsFormat {
  static final String DESCRIPTION_CODEC = "AttuneLvqDescription";
  static final String RECORDS_CODEC = "AttuneLvqRecords";
  static final String DESCRIPTION_EXTENSION = "alm";
  static final String RECORDS_EXTENSION = "alv";

  /** After the last field of the description. */
  static final int END = -1;

  private static final int VERSION = 0;

  LvqFlatFormat() {
    super("AttuneLvqFlat");
  }

  @Override
  public FlatVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return new LvqFlatWriter(state);
  }

  @Override
  public FlatVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new LvqFlatReader(state);
  }

  @Override
  public int getMaxDimensions(String field) {
    return Embedding.MAX_DIMENSION;
  }

  static String file(SegmentInfo segment, String suffix, String extension) {
    return IndexFileNames.segmentFileName(segment.name, suffix, extension);
  }

  static void writeHeader(IndexOutput out, SegmentWriteState state, String codec)
      throws IOException {
    CodecUtil.writeIndexHeader(out, codec, VERSION, state.segmentInfo.getId(), state.segmentSuffix);
  }

  static void requireHeader(DataInput in, SegmentReadState state, String codec) throws IOException {
    CodecUtil.checkIndexHeader(
        in, codec, VERSION, VERSION, state.segmentInfo.getId(), state.segmentSuffix);
  }
}
