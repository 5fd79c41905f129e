package org.attunedb.index.internal.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/** Hashes that tell whether an adapter was trained on this corpus and these labels. Stateless. */
final class Fingerprints {
  private Fingerprints() {}

  /** SHA-256 over the vectors in row order, 16 bytes as hex. */
  static String corpus(CorpusVectors corpus) {
    MessageDigest digest = sha256();
    float[] row = new float[corpus.dimension()];
    ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < corpus.size(); i++) {
      corpus.copyRow(i, row, 0);
      bytes.clear().asFloatBuffer().put(row);
      digest.update(bytes.array());
    }
    return hex(digest);
  }

  /** SHA-256 over the query vectors and their judged rows, 16 bytes as hex. */
  static String labels(TrainingSet set) {
    MessageDigest digest = sha256();
    for (LabelledQuery query : set.learned()) {
      ByteBuffer bytes =
          ByteBuffer.allocate(
                  query.vector().dimension() * Float.BYTES
                      + query.labels().size() * (Integer.BYTES + Double.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (float component : query.vector().toArray()) {
        bytes.putFloat(component);
      }
      query.labels().forEach(label -> bytes.putInt(label.row()).putDouble(label.grade()));
      digest.update(bytes.array());
    }
    return hex(digest);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
