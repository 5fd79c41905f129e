package org.attunedb.index.internal.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.Incumbent;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.SnapshotCorpusVectors;

/** The active version of a collection while another one is trained. Thread-safe. */
final class ActiveVersion implements Incumbent {
  /**
   * A query this close to a remembered one is the same: cosines of bytes are off by up to half a
   * percent, and its vector may have moved a little since, as the lexical embedder weighs words by
   * their frequency in the collection.
   */
  private static final double SAME = 0.98;

  private final String version;
  private final LowRankAdapter adapter;
  private final CollectionView view;
  private final SnapshotCorpusVectors rows;

  ActiveVersion(
      String version, LowRankAdapter adapter, CollectionView view, SnapshotCorpusVectors rows) {
    this.version = version;
    this.adapter = adapter;
    this.view = view;
    this.rows = rows;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public boolean isUsedBy(SearchMode mode) {
    return adapter.isBetter(mode);
  }

  @Override
  public boolean remembers(Embedding query) {
    return !adapter.remembered(query, SAME).isEmpty();
  }

  @Override
  public Answer apply(Embedding query, SearchMode mode) {
    QueryAdapter.Adapted adapted = adapter.apply(query, mode);
    List<Bonus> bonuses = new ArrayList<>();
    for (QueryAdapter.Recalled recalled : adapted.recalled()) {
      int row = row(recalled.document());
      if (row >= 0) {
        bonuses.add(new Bonus(row, recalled.bonus()));
      }
    }
    return new Answer(adapted.vector(), adapted.keywordWeight(), bonuses);
  }

  /**
   * The remembered queries that are not among new ones, with those of their documents that still
   * have a vector. Their texts are not remembered, so that they come without keyword scores.
   */
  List<LabelledQuery> without(List<LabelledQuery> queries) {
    QueryMemory memory = adapter.memory().orElse(null);
    if (memory == null) {
      return List.of();
    }
    BitSet replaced = new BitSet(memory.count());
    for (LabelledQuery query : queries) {
      adapter.remembered(query.vector(), SAME).forEach(replaced::set);
    }
    List<LabelledQuery> kept = new ArrayList<>();
    for (int i = 0; i < memory.count(); i++) {
      Embedding vector = memory.embedding(i);
      List<Label> labels = replaced.get(i) || vector.isZero() ? List.of() : labels(memory, i);
      if (!labels.isEmpty()) {
        kept.add(new LabelledQuery(vector.normalized(), labels));
      }
    }
    return kept;
  }

  private List<Label> labels(QueryMemory memory, int query) {
    List<Label> labels = new ArrayList<>();
    for (QueryMemory.Relevant relevant : memory.relevant(query)) {
      int row = row(relevant.document());
      if (row >= 0) {
        labels.add(new Label(row, relevant.share()));
      }
    }
    return labels;
  }

  private int row(String document) {
    try {
      return view.row(rows, document);
    } catch (IOException e) {
      throw new UncheckedIOException("looking up a document: " + e.getMessage(), e);
    }
  }
}
