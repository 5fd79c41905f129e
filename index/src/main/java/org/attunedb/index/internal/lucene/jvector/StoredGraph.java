package org.attunedb.index.internal.lucene.jvector;

import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * Where the graph of a field lies, as the format's description file says.
 *
 * @param field number of the field
 * @param offset of the graph in the data file
 * @param length of the graph in bytes
 * @param nodes how many it has: node n is the vector with ordinal n
 */
record StoredGraph(int field, long offset, long length, int nodes) {
  void write(IndexOutput out) throws IOException {
    out.writeInt(field);
    out.writeVLong(offset);
    out.writeVLong(length);
    out.writeVInt(nodes);
  }

  static StoredGraph read(IndexInput in, int field) throws IOException {
    StoredGraph graph = new StoredGraph(field, in.readVLong(), in.readVLong(), in.readVInt());
    if (graph.offset < 0 || graph.length <= 0 || graph.nodes <= 0) {
      throw new CorruptIndexException("impossible place of a graph: " + graph, in);
    }
    return graph;
  }
}
