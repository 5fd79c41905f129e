package org.attunedb.core.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.evaluation.Mover.RankedDocument;
import org.jspecify.annotations.Nullable;

/** Explains changes of rank in one mode by who passed whom. Stateless but for the rankings. */
final class MoverAnalysis {
  private static final int EXCERPT = 160;
  private static final int MOST_PASSED = 3;

  private final DocumentNumbers documents;
  private final DocumentTexts texts;
  private final int depth;
  private final Evaluation.Comparison compared;

  MoverAnalysis(
      DocumentNumbers documents, DocumentTexts texts, int depth, Evaluation.Comparison compared) {
    this.documents = documents;
    this.texts = texts;
    this.depth = depth;
    this.compared = compared;
  }

  /** Explains a change. */
  Mover explain(RankChange change) {
    SearchedWay before = compared.before();
    SearchedWay after = compared.after();
    boolean rose = change.movement() > 0;
    SearchedWay better = rose ? after : before;
    SearchedWay worse = rose ? before : after;
    int query = change.query();
    int answer = better.firstRelevant(query);
    int stood = better.rank(query, answer);
    List<RankedDocument> passed = new ArrayList<>();
    for (int document : worse.hits(query)) {
      if (document == answer || passed.size() == MOST_PASSED) {
        break;
      }
      if (better.rank(query, document) > stood) {
        passed.add(ranked(query, document));
      }
    }
    return new Mover(change, ranked(query, answer), passed);
  }

  private RankedDocument ranked(int query, int document) {
    String id = documents.id(document);
    return new RankedDocument(
        id,
        excerpt(texts.text(id)),
        RankChange.found(compared.before().rank(query, document), depth),
        RankChange.found(compared.after().rank(query, document), depth));
  }

  private static @Nullable String excerpt(@Nullable String text) {
    return text == null || text.codePointCount(0, text.length()) <= EXCERPT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, EXCERPT)) + "…";
  }
}
