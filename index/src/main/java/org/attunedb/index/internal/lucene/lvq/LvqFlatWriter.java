package org.attunedb.index.internal.lucene.lvq;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of a segment. Vectors are encoded as they arrive, so no file has them in full;
 * a merge decodes and encodes again, which changes none ({@link LvqCode}). Not thread-safe.
 */
final class LvqFlatWriter extends FlatVectorsWriter {
  /** As in Lucene's formats: numbers of documents are written in blocks of 2^16. */
  private static final int BLOCK_SHIFT = 16;

  private final SegmentWriteState state;
  private final IndexOutput description;
  private final IndexOutput data;
  private final List<FieldRecords> fields = new ArrayList<>();

  LvqFlatWriter(SegmentWriteState state) throws IOException {
    super(LvqScorer.INSTANCE);
    this.state = state;
    IndexOutput first = null;
    try {
      first = create(state, LvqFlatFormat.DESCRIPTION_EXTENSION, LvqFlatFormat.DESCRIPTION_CODEC);
      this.data = create(state, LvqFlatFormat.RECORDS_EXTENSION, LvqFlatFormat.RECORDS_CODEC);
      this.description = first;
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, first);
      throw e;
    }
  }

  private static IndexOutput create(SegmentWriteState state, String extension, String codec)
      throws IOException {
    String name = LvqFlatFormat.file(state.segmentInfo, state.segmentSuffix, extension);
    IndexOutput out = state.directory.createOutput(name, state.context);
    try {
      LvqFlatFormat.writeHeader(out, state, codec);
      return out;
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, out);
      throw e;
    }
  }

  @Override
  public FlatFieldVectorsWriter<?> addField(FieldInfo field) {
    if (field.getVectorEncoding() != VectorEncoding.FLOAT32) {
      throw new UnsupportedOperationException("vectors of bytes are not written");
    }
    FieldRecords records = new FieldRecords(field);
    fields.add(records);
    return records;
  }

  @Override
  public void flush(int maxDoc, Sorter.@Nullable DocMap sortMap) throws IOException {
    for (FieldRecords field : fields) {
      long offset = data.getFilePointer();
      DocsWithFieldSet docs = sortMap == null ? write(field) : writeSorted(field, sortMap);
      describe(field.info(), offset, docs, maxDoc);
      field.finish();
    }
  }

  private DocsWithFieldSet write(FieldRecords field) throws IOException {
    for (byte[] record : field.records()) {
      data.writeBytes(record, record.length);
    }
    return field.getDocsWithFieldSet();
  }

  private DocsWithFieldSet writeSorted(FieldRecords field, Sorter.DocMap sortMap)
      throws IOException {
    int[] oldByNew = new int[field.records().size()];
    DocsWithFieldSet docs = new DocsWithFieldSet();
    mapOldOrdToNewOrd(field.getDocsWithFieldSet(), sortMap, null, oldByNew, docs);
    for (int ordinal : oldByNew) {
      byte[] record = field.records().get(ordinal);
      data.writeBytes(record, record.length);
    }
    return docs;
  }

  @Override
  public void mergeOneFlatVectorField(FieldInfo field, MergeState merge) throws IOException {
    FloatVectorValues vectors = MergedVectorValues.mergeFloatVectorValues(field, merge);
    byte[] record = new byte[LvqCode.recordBytes(field.getVectorDimension())];
    long offset = data.getFilePointer();
    DocsWithFieldSet docs = new DocsWithFieldSet();
    KnnVectorValues.DocIndexIterator iterator = vectors.iterator();
    for (int doc = iterator.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = iterator.nextDoc()) {
      LvqCode.encode(vectors.vectorValue(iterator.index()), record);
      data.writeBytes(record, record.length);
      docs.add(doc);
    }
    describe(field, offset, docs, state.segmentInfo.maxDoc());
  }

  private void describe(FieldInfo field, long offset, DocsWithFieldSet docs, int maxDoc)
      throws IOException {
    description.writeInt(field.number);
    description.writeVLong(offset);
    description.writeVLong(data.getFilePointer() - offset);
    description.writeVInt(field.getVectorDimension());
    description.writeInt(docs.cardinality());
    OrdToDocDISIReaderConfiguration.writeStoredMeta(
        BLOCK_SHIFT, description, data, docs.cardinality(), maxDoc, docs);
  }

  @Override
  public void finish() throws IOException {
    description.writeInt(LvqFlatFormat.END);
    CodecUtil.writeFooter(description);
    CodecUtil.writeFooter(data);
  }

  @Override
  public long ramBytesUsed() {
    return fields.stream().mapToLong(FieldRecords::ramBytesUsed).sum();
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(description, data);
  }
}
