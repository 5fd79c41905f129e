package org.attunedb.index.internal.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.internal.adapter.TrainedOn;
import org.attunedb.index.internal.jobs.JobFit;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.SnapshotCorpusVectors;

/** A version that searches use while another one is trained. Thread-safe. */
final class ActiveVersion implements IncumbentVersion {
  /**
   * A query this close to a remembered one is the same; cosines of bytes are off by half a percent.
   */
  private static final double SAME = 0.98;

  /**
   * A query this close to a remembered one about the same document probably is the same, with a
   * vector that has moved since: the lexical embedder weighs words by their frequency in the
   * collection.
   */
  private static final double SIMILAR = 0.8;

  private final AdapterVersion version;
  private final LowRankAdapter adapter;
  private final TrainedOn trained;
  private final CollectionView view;
  private final SnapshotCorpusVectors rows;
  private final boolean shared;
  private final Optional<JobFit> fit;

  /**
   * A version beside a training whose corpus and labels are not known yet.
   *
   * @param rows of the documents that the training is about
   * @param shared whether it is the collection's, and the training is for a scope
   */
  ActiveVersion(
      AdapterVersion version,
      LowRankAdapter adapter,
      TrainedOn trained,
      CollectionView view,
      SnapshotCorpusVectors rows,
      boolean shared) {
    this(version, adapter, trained, view, rows, shared, Optional.empty());
  }

  private ActiveVersion(
      AdapterVersion version,
      LowRankAdapter adapter,
      TrainedOn trained,
      CollectionView view,
      SnapshotCorpusVectors rows,
      boolean shared,
      Optional<JobFit> fit) {
    this.version = version;
    this.adapter = adapter;
    this.trained = trained;
    this.view = view;
    this.rows = rows;
    this.shared = shared;
    this.fit = fit;
  }

  @Override
  public String version() {
    return version.name();
  }

  @Override
  public ActiveVersion beside(JobFit training) {
    return new ActiveVersion(version, adapter, trained, view, rows, shared, Optional.of(training));
  }

  @Override
  public Optional<Map<String, Double>> heldOutOfTheSame() {
    return fit.filter(
            training ->
                training.corpus().equals(version.binding().corpusFingerprint())
                    && training.labels().equals(version.binding().labelFingerprint()))
        .map(training -> version.binding().metrics());
  }

  @Override
  public boolean remembersAll() {
    return adapter.memory().filter(m -> m.count() < QueryMemory.MAX_QUERIES).isPresent();
  }

  @Override
  public boolean isUsedBy(SearchMode mode) {
    return adapter.isBetter(mode);
  }

  @Override
  public boolean isShared(SearchMode mode) {
    return shared;
  }

  /**
   * The weights that an adapter of a scope can be shrunk towards; empty unless it is known which
   * queries they were fitted to, as others would be judged by what was learned from themselves.
   */
  Optional<AdapterWeights> prior() {
    boolean biased = false;
    for (float component : adapter.weights().bias()) {
      biased |= component != 0;
    }
    return remembersAll() && !biased ? Optional.of(adapter.weights()) : Optional.empty();
  }

  @Override
  public boolean remembers(LabelledQuery query) {
    return !known(query).isEmpty();
  }

  /**
   * The remembered queries that are this one. What was learned about documents that take no part,
   * another tenant's for example, tells nothing about those that do: the same words may mean
   * something else.
   */
  private List<Integer> known(LabelledQuery query) {
    QueryMemory memory = adapter.memory().orElse(null);
    if (memory == null) {
      return List.of();
    }
    Set<Integer> same = new HashSet<>();
    for (int equal : adapter.remembered(query.vector(), SAME)) {
      if (memory.relevant(equal).stream().anyMatch(relevant -> row(relevant.document()) >= 0)) {
        same.add(equal);
      }
    }
    for (int similar : adapter.remembered(query.vector(), SIMILAR)) {
      if (isAboutOneOf(memory.relevant(similar), query)) {
        same.add(similar);
      }
    }
    return List.copyOf(same);
  }

  private boolean isAboutOneOf(List<QueryMemory.Relevant> documents, LabelledQuery query) {
    Set<Integer> relevant = new HashSet<>();
    query.labels().stream()
        .filter(label -> label.grade() > 0)
        .forEach(label -> relevant.add(label.row()));
    return documents.stream().anyMatch(document -> relevant.contains(row(document.document())));
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
   * have the vector that they were learned with. Their texts are not remembered, so that they come
   * without keyword scores.
   */
  List<LabelledQuery> without(List<LabelledQuery> queries) {
    QueryMemory memory = adapter.memory().orElse(null);
    if (memory == null) {
      return List.of();
    }
    BitSet replaced = new BitSet(memory.count());
    for (LabelledQuery query : queries) {
      known(query).forEach(replaced::set);
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
      if (row >= 0 && isAsLearned(relevant.document(), row)) {
        labels.add(new Label(row, relevant.share()));
      }
    }
    return labels;
  }

  private boolean isAsLearned(String document, int row) {
    String checksum = trained.documents().getOrDefault(document, "");
    return checksum.isEmpty() || checksum.equals(VectorChecksums.of(rows, row));
  }

  private int row(String document) {
    try {
      return view.row(rows, document);
    } catch (IOException e) {
      throw new UncheckedIOException("looking up a document: " + e.getMessage(), e);
    }
  }
}
