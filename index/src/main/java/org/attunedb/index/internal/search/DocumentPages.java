package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.document.DocumentStoredFieldVisitor;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Reads many documents at once, in the order in which they are stored: each segment is opened once,
 * and where the documents lie close together each block of stored fields is unpacked once instead
 * of once for each document. Stateless.
 */
final class DocumentPages {
  /** The stored fields of a document. */
  static final Set<String> CONTENT = Set.of(Fields.TEXT, Fields.METADATA);

  /**
   * A whole block pays off if at least every so many of its documents are wanted: Lucene unpacks an
   * eighth of it or so for one of them.
   */
  private static final int DENSE = 8;

  private DocumentPages() {}

  /** The documents of a page with their embeddings, in its order. */
  static List<Document> read(IndexSearcher searcher, List<IdPages.Entry> page) throws IOException {
    Integer[] stored = new Integer[page.size()];
    Arrays.setAll(stored, i -> i);
    Arrays.sort(stored, Comparator.comparingInt(place -> page.get(place).doc()));
    Document[] documents = new Document[page.size()];
    List<LeafReaderContext> leaves = searcher.getLeafContexts();
    int from = 0;
    while (from < stored.length) {
      int first = page.get(stored[from]).doc();
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(first, leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from;
      while (to < stored.length && page.get(stored[to]).doc() < end) {
        to++;
      }
      int last = page.get(stored[to - 1]).doc();
      boolean dense = last - first < (long) DENSE * (to - from);
      Segment segment = new Segment(leaf, dense);
      for (int i = from; i < to; i++) {
        documents[stored[i]] = segment.read(page.get(stored[i]));
      }
      from = to;
    }
    return List.of(documents);
  }

  /** The documents of a segment, to be read in ascending order. */
  private static final class Segment {
    private final int base;
    private final Contents contents;
    private final @Nullable FloatVectorValues vectors;
    private final @Nullable DocIndexIterator places;

    Segment(LeafReaderContext leaf, boolean dense) throws IOException {
      this.base = leaf.docBase;
      this.contents = contents(leaf, dense);
      this.vectors = leaf.reader().getFloatVectorValues(Fields.VECTOR);
      this.places = vectors == null ? null : vectors.iterator();
    }

    /** What is stored of a document. */
    private interface Contents {
      org.apache.lucene.document.Document of(int doc) throws IOException;
    }

    private static Contents contents(LeafReaderContext leaf, boolean dense) throws IOException {
      if (dense && leaf.reader() instanceof CodecReader reader) {
        StoredFieldsReader whole = reader.getFieldsReader().getMergeInstance();
        return doc -> {
          DocumentStoredFieldVisitor visitor = new DocumentStoredFieldVisitor(CONTENT);
          whole.document(doc, visitor);
          return visitor.getDocument();
        };
      }
      StoredFields single = leaf.reader().storedFields();
      return doc -> single.document(doc, CONTENT);
    }

    Document read(IdPages.Entry entry) throws IOException {
      int doc = entry.doc() - base;
      var fields = contents.of(doc);
      return new Document(
          entry.id(),
          fields.get(Fields.TEXT),
          DocumentMapper.metadata(fields, entry.id()),
          embedding(doc));
    }

    private @Nullable Embedding embedding(int doc) throws IOException {
      if (vectors == null || places == null) {
        return null;
      }
      int found = places.docID() < doc ? places.advance(doc) : places.docID();
      return found == doc ? Embedding.of(vectors.vectorValue(places.index())) : null;
    }
  }
}
