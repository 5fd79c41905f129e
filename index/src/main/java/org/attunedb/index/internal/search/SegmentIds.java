package org.attunedb.index.internal.search;

import java.io.IOException;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SortedDocValues;
import org.attunedb.index.internal.lucene.Fields;
import org.jspecify.annotations.Nullable;

/**
 * The ids of one segment's documents by their numbers, asked for in ascending order. Each is kept
 * as it is besides the dictionary that sorts them, where finding one means unpacking 64; documents
 * that an older version wrote are in the dictionary alone. For one search and thread.
 */
final class SegmentIds {
  private final LeafReader segment;
  private final BinaryDocValues plain;
  private @Nullable SortedDocValues sorted;

  SegmentIds(LeafReader segment) throws IOException {
    this.segment = segment;
    this.plain = DocValues.getBinary(segment, Fields.PLAIN_ID);
  }

  String id(int doc) throws IOException {
    return plain.advanceExact(doc) ? plain.binaryValue().utf8ToString() : fromDictionary(doc);
  }

  private String fromDictionary(int doc) throws IOException {
    SortedDocValues values = sorted;
    if (values == null) {
      values = DocValues.getSorted(segment, Fields.ID);
      sorted = values;
    }
    if (!values.advanceExact(doc)) {
      throw new IOException("document number " + doc + " has no id");
    }
    return values.lookupOrd(values.ordValue()).utf8ToString();
  }
}
