package org.attunedb.index.internal.lucene.lvq;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.util.RamUsageEstimator;

/** The records of one field of a segment that is not yet written. Not thread-safe. */
final class FieldRecords extends FlatFieldVectorsWriter<float[]> {
  private final FieldInfo info;
  private final List<byte[]> records = new ArrayList<>();
  private final DocsWithFieldSet docs = new DocsWithFieldSet();
  private int lastDoc = -1;
  private boolean finished;

  FieldRecords(FieldInfo info) {
    this.info = info;
  }

  FieldInfo info() {
    return info;
  }

  List<byte[]> records() {
    return records;
  }

  @Override
  public void addValue(int doc, float[] vector) {
    if (finished) {
      throw new IllegalStateException("the segment is written");
    }
    if (doc == lastDoc) {
      throw new IllegalArgumentException(
          "field '" + info.name + "' has two vectors in one document, expected at most one");
    }
    byte[] record = new byte[LvqCode.recordBytes(vector.length)];
    LvqCode.encode(vector, record);
    records.add(record);
    docs.add(doc);
    lastDoc = doc;
  }

  @Override
  public float[] copyValue(float[] vector) {
    throw new UnsupportedOperationException("vectors are encoded, not kept");
  }

  /** The decoded vectors, each made when it is asked for. */
  @Override
  public List<float[]> getVectors() {
    return new AbstractList<>() {
      @Override
      public float[] get(int ordinal) {
        float[] vector = new float[info.getVectorDimension()];
        LvqCode.decode(records.get(ordinal), vector);
        return vector;
      }

      @Override
      public int size() {
        return records.size();
      }
    };
  }

  @Override
  public DocsWithFieldSet getDocsWithFieldSet() {
    return docs;
  }

  @Override
  public void finish() {
    finished = true;
  }

  @Override
  public boolean isFinished() {
    return finished;
  }

  @Override
  public long ramBytesUsed() {
    long each =
        RamUsageEstimator.alignObjectSize(
            RamUsageEstimator.NUM_BYTES_ARRAY_HEADER
                + (long) LvqCode.recordBytes(info.getVectorDimension()));
    return docs.ramBytesUsed() + records.size() * (each + RamUsageEstimator.NUM_BYTES_OBJECT_REF);
  }
}
