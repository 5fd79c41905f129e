package org.attunedb.index.internal.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.KeywordScores;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.index.LabelUsage;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.SnapshotCorpusVectors;
import org.jspecify.annotations.Nullable;

/** Labels by document id to a training set by corpus row. Used once, by one thread. */
final class LabelResolver {
  /**
   * Versions that searches use while another one is trained.
   *
   * @param incumbent what the new one is compared with
   * @param own the active version of what is trained for, whose queries are learned from, too
   * @param prior the collection's, which one of a scope is shrunk towards; its queries are learned
   *     from, too, and labels that it was trained on judge nothing
   * @param names of all that searches use, for messages
   */
  record InUse(
      Optional<IncumbentVersion> incumbent,
      Optional<ActiveVersion> own,
      Optional<ActiveVersion> prior,
      String names) {}

  /**
   * What training needs.
   *
   * @param known how many of the labelled queries the prior was trained on
   */
  record Resolved(TrainingSet set, LabelUsage usage, int known) {}

  /** Documents beyond these count as if they had no word of the query. */
  private static final int KEYWORD_ROWS = 1_000;

  private final CollectionView view;
  private final SnapshotCorpusVectors vectors;
  private final boolean strict;
  private final List<LabelledQuery> usable = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private int withoutRelevantDocument;
  private int withoutVector;
  private int unknownDocuments;

  /** The rows that labels become. */
  SnapshotCorpusVectors vectors() {
    return vectors;
  }

  /**
   * A resolver.
   *
   * @param filter which documents take part; null for all
   */
  LabelResolver(CollectionView view, @Nullable Filter filter, boolean strict) throws IOException {
    this.view = view;
    this.vectors = view.corpusVectors(filter);
    this.strict = strict;
  }

  /**
   * Resolves labels; looks between keyword searches whether the training was cancelled.
   *
   * @param inUse what searches use now
   */
  Resolved resolve(LabelledQueries labels, InUse inUse, CancellationToken cancellation)
      throws IOException {
    List<Embedding> queries = QueryVectors.of(view, labels.queries());
    for (int i = 0; i < queries.size(); i++) {
      add(queries.get(i), labels.queries().get(i).text(), labels.relevance().get(i), i);
    }
    int usableQueries = usable.size();
    List<LabelledQuery> carried = new ArrayList<>();
    inUse.prior.ifPresent(prior -> carried.addAll(takeKnown(prior)));
    int known = carried.size();
    List<LabelledQuery> learned = new ArrayList<>(usable);
    learned.addAll(carried);
    for (Optional<ActiveVersion> version : List.of(inUse.own, inUse.prior)) {
      List<LabelledQuery> more = version.map(one -> one.without(learned)).orElse(List.of());
      carried.addAll(more);
      learned.addAll(more);
    }
    return new Resolved(
        new TrainingSet(vectors, withKeywords(cancellation), carried),
        new LabelUsage(usableQueries, withoutRelevantDocument, withoutVector, unknownDocuments),
        known);
  }

  /** Takes the queries away that a version was trained on. */
  private List<LabelledQuery> takeKnown(ActiveVersion version) {
    List<LabelledQuery> known = new ArrayList<>();
    for (int i = usable.size() - 1; i >= 0; i--) {
      if (version.remembers(usable.get(i))) {
        known.addFirst(usable.remove(i));
        texts.remove(i);
      }
    }
    return known;
  }

  private void add(Embedding query, @Nullable String text, Relevance relevance, int index)
      throws IOException {
    List<Label> labels = new ArrayList<>();
    boolean relevant = false;
    for (Map.Entry<String, Double> judgment : relevance.grades().entrySet()) {
      int row = view.row(vectors, judgment.getKey());
      if (row < 0) {
        unknown(judgment.getKey(), index);
        continue;
      }
      labels.add(new Label(row, judgment.getValue()));
      relevant |= judgment.getValue() > 0;
    }
    if (!relevant) {
      withoutRelevantDocument++;
    } else if (query.isZero()) {
      withoutVector++;
    } else {
      usable.add(new LabelledQuery(query.normalized(), labels));
      texts.add(text == null ? "" : text);
    }
  }

  private List<LabelledQuery> withKeywords(CancellationToken cancellation) {
    return IntStream.range(0, usable.size())
        .parallel()
        .mapToObj(
            i -> {
              cancellation.throwIfCancelled();
              LabelledQuery query = usable.get(i);
              return new LabelledQuery(query.vector(), query.labels(), keywords(texts.get(i)));
            })
        .toList();
  }

  private KeywordScores keywords(String text) {
    try {
      return text.isEmpty()
          ? KeywordScores.none()
          : view.keywordScores(vectors, text, KEYWORD_ROWS);
    } catch (IOException e) {
      throw new UncheckedIOException("searching keywords: " + e.getMessage(), e);
    }
  }

  private void unknown(String id, int query) {
    if (strict) {
      throw new InvalidInputException(
          ErrorCode.LABELS_UNKNOWN_DOCUMENT,
          "labels of query %s name document '%s', which has no vector in the collection"
              .formatted(query, id));
    }
    unknownDocuments++;
  }
}
