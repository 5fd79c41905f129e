package org.attunedb.index.internal.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.index.internal.adapter.TrainedOn;

/** Tells later whether documents still have the vectors that they were trained with. Stateless. */
final class VectorChecksums {
  private VectorChecksums() {}

  /** The relevant documents of a training set. */
  static TrainedOn of(TrainingSet set) {
    SortedMap<String, String> documents = new TreeMap<>();
    for (LabelledQuery query : set.learned()) {
      for (Label label : query.labels()) {
        if (label.grade() > 0) {
          documents.computeIfAbsent(
              set.corpus().id(label.row()), id -> of(set.corpus(), label.row()));
        }
      }
    }
    return new TrainedOn(documents, OptionalLong.of(set.corpus().size()));
  }

  /** CRC-32C of a row as 32-bit floats, little-endian: eight hexadecimal digits. */
  static String of(CorpusVectors corpus, int row) {
    float[] vector = new float[corpus.dimension()];
    corpus.copyRow(row, vector, 0);
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array());
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
