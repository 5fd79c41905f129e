package org.attunedb.index.internal.search;

import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.attunedb.core.Similarity;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.FullVectors;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.jspecify.annotations.Nullable;

/**
 * Compares a query with the full vectors of one segment, in batches and whatever codes the segment
 * has beside them. Not thread-safe.
 */
final class ExactScorer {
  private final Similarity similarity;
  private final int docBase;
  private final int maxDoc;
  private final MatchingDocs.Leaf leaf;
  private final VectorScorer scorer;
  private final @Nullable DocsAhead ahead;

  private ExactScorer(
      Similarity similarity,
      MatchingDocs.Leaf leaf,
      VectorScorer scorer,
      @Nullable DocsAhead ahead) {
    this.similarity = similarity;
    this.docBase = leaf.context().docBase;
    this.maxDoc = leaf.context().reader().maxDoc();
    this.leaf = leaf;
    this.scorer = scorer;
    this.ahead = ahead;
  }

  /** A scorer; null for a segment without vectors. */
  static @Nullable ExactScorer of(
      Similarity similarity, ReadAhead ahead, MatchingDocs.Leaf leaf, float[] query)
      throws IOException {
    FloatVectorValues vectors = leaf.context().reader().getFloatVectorValues(Fields.VECTOR);
    VectorScorer scorer = vectors == null ? null : vectors.rescorer(query);
    return scorer == null
        ? null
        : new ExactScorer(
            similarity, leaf, scorer, ahead(leaf.context().reader(), query.length, ahead));
  }

  private static @Nullable DocsAhead ahead(LeafReader segment, int dimension, ReadAhead ahead)
      throws IOException {
    FloatVectorValues kept =
        ahead.isLarge(dimension) ? FullVectors.of(segment, Fields.VECTOR) : null;
    return kept == null ? null : DocsAhead.of(kept, ahead);
  }

  /**
   * Offers every matching document.
   *
   * @return how many there were
   */
  long scan(TopHits top, SearchClock clock) throws IOException {
    Scan scan = scan(top);
    scan.upTo(DocIdSetIterator.NO_MORE_DOCS, clock);
    return scan.visited;
  }

  /** A scan to be done in parts, so that those of several queries read each vector once. */
  Scan scan(TopHits top) throws IOException {
    return new Scan(top);
  }

  /** Goes through matching documents in their order. */
  final class Scan {
    private final TopHits top;
    private final @Nullable Bits live;
    private final VectorScorer.Bulk bulk;
    private final DocsAhead.@Nullable Scan reading;
    private final DocAndFloatFeatureBuffer batch = new DocAndFloatFeatureBuffer();
    private int next;
    private long visited;
    private long nextCheck = SearchClock.INTERVAL;

    private Scan(TopHits top) throws IOException {
      this.top = top;
      var accepted = leaf.accepted();
      this.live = accepted == null ? leaf.context().reader().getLiveDocs() : null;
      this.bulk = scorer.bulk(accepted == null ? null : new BitSetIterator(accepted, leaf.count()));
      this.reading = ahead == null ? null : ahead.scan(accepted, leaf.count(), maxDoc);
    }

    /** Offers those that are left below a document number. */
    void upTo(int end, SearchClock clock) throws IOException {
      if (reading != null) {
        reading.from(next);
      }
      float best = bulk.nextDocsAndScores(end, live, batch);
      while (batch.size > 0) {
        next = batch.docs[batch.size - 1] + 1;
        if (reading != null) {
          reading.from(next);
        }
        visited += batch.size;
        if (ScoreScale.of(similarity, best) >= top.floor()) {
          offer();
        }
        if (visited >= nextCheck) {
          clock.check();
          nextCheck = visited + SearchClock.INTERVAL;
        }
        best = bulk.nextDocsAndScores(end, live, batch);
      }
    }

    private void offer() throws IOException {
      for (int i = 0; i < batch.size; i++) {
        top.offer(docBase + batch.docs[i], ScoreScale.of(similarity, batch.features[i]));
      }
    }
  }

  /**
   * Offers documents that match.
   *
   * @param docs numbers within the segment, ascending, each with a vector
   */
  void offer(TopHits top, int[] docs) throws IOException {
    ask(docs);
    for (int doc : docs) {
      if (advance(doc)) {
        top.offer(docBase + doc, ScoreScale.of(similarity, scorer.score()));
      }
    }
  }

  /** Says that documents will be asked for, with rising numbers; before they are. */
  void ask(int[] docs) throws IOException {
    if (ahead != null) {
      ahead.ask(docs);
    }
  }

  /** The score of a document behind all that were asked for before; NaN if it has no vector. */
  float score(int doc) throws IOException {
    return advance(doc) ? ScoreScale.of(similarity, scorer.score()) : Float.NaN;
  }

  private boolean advance(int doc) throws IOException {
    if (doc >= maxDoc) {
      return false;
    }
    DocIdSetIterator iterator = scorer.iterator();
    return (iterator.docID() < doc ? iterator.advance(doc) : iterator.docID()) == doc;
  }
}
