package org.attunedb.index.internal.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchHit;
import org.attunedb.index.CollectionStats;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.FilterCompiler;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.Simd;
import org.attunedb.index.internal.lucene.UnknownFields;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents of one immutable view of a collection. Later writes don't show. Thread-safe while
 * the view is held by whoever acquired it.
 */
public final class Snapshot {
  private final IndexSearcher searcher;

  /** A view over a searcher that the caller keeps open. */
  public Snapshot(IndexSearcher searcher) {
    this.searcher = searcher;
  }

  IndexSearcher searcher() {
    return searcher;
  }

  /** Number of live documents that match; of all if the filter is null. */
  public long count(@Nullable Filter filter) throws IOException {
    return filter == null
        ? searcher.getIndexReader().numDocs()
        : searcher.count(FilterCompiler.compile(filter));
  }

  /** The fields of a filter that no document has. */
  List<String> unknownFields(Filter filter) throws IOException {
    return UnknownFields.of(searcher.getIndexReader(), filter);
  }

  /** Sizes; the caller knows the bytes on disk. */
  public CollectionStats stats(long diskBytes) throws IOException {
    IndexReader reader = searcher.getIndexReader();
    Map<VectorFormat, Long> vectors = new EnumMap<>(VectorFormat.class);
    for (LeafReaderContext context : reader.leaves()) {
      SegmentProfile profile =
          SegmentProfile.of(context.reader(), GraphMemory.none(), ReadAhead.none());
      if (profile.vectors() > 0) {
        vectors.merge(profile.format(), (long) profile.vectors(), Long::sum);
      }
    }
    return new CollectionStats(
        reader.numDocs(),
        reader.numDeletedDocs(),
        reader.leaves().size(),
        diskBytes,
        vectors,
        Simd.provider());
  }

  /** The document of an id with its embedding; null if there is none. */
  public @Nullable Document get(String id) throws IOException {
    int doc = find(id);
    return doc < 0 ? null : read(doc, true);
  }

  /**
   * Whether a document can have this id. Lucene would look for the replacement character in place
   * of an unpaired surrogate.
   */
  public static boolean canBeStored(String id) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(id);
  }

  /** Whether there is a document of an id. */
  public boolean contains(String id) throws IOException {
    return find(id) >= 0;
  }

  /** The global document number of an id, -1 if there is none. */
  int find(String id) throws IOException {
    if (!canBeStored(id)) {
      return -1;
    }
    for (LeafReaderContext context : searcher.getLeafContexts()) {
      LeafReader leaf = context.reader();
      PostingsEnum postings = leaf.postings(new Term(Fields.ID, id), PostingsEnum.NONE);
      Bits live = leaf.getLiveDocs();
      while (postings != null && postings.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        if (live == null || live.get(postings.docID())) {
          return context.docBase + postings.docID();
        }
      }
    }
    return -1;
  }

  /**
   * Documents in the order of their ids' UTF-8 bytes, with embeddings.
   *
   * @param afterId the last id of the previous page; null for the first page
   * @param limit most documents to return
   */
  public List<Document> scan(@Nullable String afterId, int limit, @Nullable Filter filter)
      throws IOException {
    return DocumentPages.read(searcher, page(afterId, limit, filter));
  }

  /** The ids of a {@link #scan}. */
  public List<String> ids(@Nullable String afterId, int limit, @Nullable Filter filter)
      throws IOException {
    return page(afterId, limit, filter).stream().map(IdPages.Entry::id).toList();
  }

  private List<IdPages.Entry> page(@Nullable String afterId, int limit, @Nullable Filter filter)
      throws IOException {
    BytesRef after = afterId == null ? null : new BytesRef(afterId);
    Query query = filter == null ? null : FilterCompiler.compile(filter);
    SearchClock unlimited = new SearchClock(System::nanoTime, null);
    MatchingDocs matching = MatchingDocs.of(Scope.of(searcher, unlimited), query);
    return query == null || isDense(matching.count(), limit)
        ? IdPages.page(after, limit, matching)
        : sorted(after, limit, query);
  }

  /**
   * Whether walking the dictionary of ids until enough of them match looks at fewer documents than
   * there are matches to sort.
   */
  private boolean isDense(long matches, int limit) {
    return matches * matches >= (long) searcher.getIndexReader().numDocs() * limit;
  }

  private List<IdPages.Entry> sorted(@Nullable BytesRef afterId, int limit, Query query)
      throws IOException {
    Sort byId = new Sort(new SortField(Fields.ID, SortField.Type.STRING));
    // Behind every document of that id.
    int lastDocument = Math.max(0, searcher.getIndexReader().maxDoc() - 1);
    FieldDoc after = afterId == null ? null : new FieldDoc(lastDocument, 0, new Object[] {afterId});
    int available = Math.max(1, Math.min(limit, searcher.getIndexReader().maxDoc()));
    List<IdPages.Entry> page = new ArrayList<>();
    for (ScoreDoc hit : searcher.searchAfter(after, query, available, byId).scoreDocs) {
      BytesRef id = (BytesRef) ((FieldDoc) hit).fields[0];
      page.add(new IdPages.Entry(id.utf8ToString(), hit.doc));
    }
    return page;
  }

  /** Every live document in the order of ids. */
  ScoreDoc[] liveDocumentsById() throws IOException {
    int documents = Math.max(1, searcher.getIndexReader().maxDoc());
    Sort byId = new Sort(new SortField(Fields.ID, SortField.Type.STRING));
    return searcher.search(MatchAllDocsQuery.INSTANCE, documents, byId).scoreDocs;
  }

  /**
   * Hits with ids and, if asked for, text and metadata.
   *
   * @param ranking in the order wanted
   * @param before how many hits stand before the first
   */
  List<SearchHit> hits(List<ScoreDoc> ranking, int before, boolean withDocuments)
      throws IOException {
    String[] ids = ids(ranking);
    List<SearchHit> hits = new ArrayList<>(ranking.size());
    for (ScoreDoc hit : ranking) {
      String id = ids[hits.size()];
      Document document = withDocuments ? read(hit.doc, false) : null;
      hits.add(new SearchHit(id, hit.score, before + hits.size() + 1, document));
    }
    return hits;
  }

  /** The ids of a ranking; doc values are read in ascending order, as they must be. */
  private String[] ids(List<ScoreDoc> ranking) throws IOException {
    long[] byDoc = new long[ranking.size()];
    for (int i = 0; i < byDoc.length; i++) {
      byDoc[i] = (long) ranking.get(i).doc << Integer.SIZE | i;
    }
    Arrays.sort(byDoc);
    String[] ids = new String[byDoc.length];
    SegmentIds segment = null;
    int end = 0;
    int base = 0;
    for (long next : byDoc) {
      int doc = (int) (next >>> Integer.SIZE);
      if (segment == null || doc >= end) {
        LeafReaderContext context = leaf(doc);
        base = context.docBase;
        end = base + context.reader().maxDoc();
        segment = new SegmentIds(context.reader());
      }
      ids[(int) next] = segment.id(doc - base);
    }
    return ids;
  }

  /** The id of a document. */
  String id(int doc) throws IOException {
    LeafReaderContext context = leaf(doc);
    return new SegmentIds(context.reader()).id(doc - context.docBase);
  }

  private LeafReaderContext leaf(int doc) {
    List<LeafReaderContext> leaves = searcher.getLeafContexts();
    return leaves.get(ReaderUtil.subIndex(doc, leaves));
  }

  private Document read(int doc, boolean withEmbedding) throws IOException {
    LeafReaderContext context = leaf(doc);
    String id = id(doc);
    StoredFields stored = searcher.storedFields();
    var fields = stored.document(doc, DocumentPages.CONTENT);
    Embedding embedding = withEmbedding ? embedding(context, doc - context.docBase) : null;
    return new Document(
        id, fields.get(Fields.TEXT), DocumentMapper.metadata(fields, id), embedding);
  }

  private static @Nullable Embedding embedding(LeafReaderContext context, int doc)
      throws IOException {
    FloatVectorValues vectors = context.reader().getFloatVectorValues(Fields.VECTOR);
    if (vectors == null) {
      return null;
    }
    var iterator = vectors.iterator();
    return iterator.advance(doc) == doc
        ? Embedding.of(vectors.vectorValue(iterator.index()))
        : null;
  }
}
