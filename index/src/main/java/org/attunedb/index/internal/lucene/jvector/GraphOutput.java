package org.attunedb.index.internal.lucene.jvector;

import io.github.jbellis.jvector.disk.IndexWriter;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.lucene.store.IndexOutput;

/**
 * One of Lucene's outputs as jvector writes to it, in big-endian order; positions count from where
 * it began. Closing it leaves Lucene's open, which has its checksum to write. Not thread-safe.
 */
final class GraphOutput extends DataOutputStream implements IndexWriter {
  private final IndexOutput target;
  private final long start;

  GraphOutput(IndexOutput target) {
    super(new Bytes(target));
    this.target = target;
    this.start = target.getFilePointer();
  }

  @Override
  public long position() {
    return target.getFilePointer() - start;
  }

  @Override
  public void close() {
    // Everything goes straight to the target, which somebody else closes.
  }

  private static final class Bytes extends OutputStream {
    private final IndexOutput target;

    Bytes(IndexOutput target) {
      this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
      target.writeByte((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      target.writeBytes(bytes, offset, length);
    }
  }
}
