package org.attunedb.index.internal.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Query;
import org.attunedb.index.AdapterOrigin;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.Feedback;
import org.attunedb.index.Staleness;
import org.attunedb.index.Staleness.Queries;
import org.attunedb.index.internal.adapter.TrainedOn;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.FilteredIds;
import org.attunedb.index.internal.search.SnapshotCorpusVectors;

/**
 * Compares a collection, or the scope that a version is for, with what the version was trained on.
 * Used once, by one thread.
 */
final class StalenessCheck {
  private static final int FEWEST_REMEMBERED = 20;
  private static final double QUANTILE = 0.05;

  private final CollectionView view;
  private final AdapterVersion version;
  private final Adapter adapter;
  private final TrainedOn trained;

  private final Deque<Query> recent = new ArrayDeque<>();
  private long choices;
  private long otherDocuments;

  StalenessCheck(CollectionView view, AdapterVersion version, Adapter adapter, TrainedOn trained) {
    this.view = view;
    this.version = version;
    this.adapter = adapter;
    this.trained = trained;
  }

  /**
   * Compares.
   *
   * @param feedback all of the collection's, oldest first
   */
  Staleness run(Stream<Feedback> feedback) throws IOException {
    Filter filter = version.scope().map(AdapterScope::filter).orElse(null);
    SnapshotCorpusVectors corpus = view.corpusVectors(filter);
    FilteredIds inside = view.filteredIds(filter);
    Instant since = version.created().orElse(Instant.MIN);
    feedback
        .filter(entry -> entry.time().isAfter(since) && (filter == null || isOf(entry, inside)))
        .forEach(this::add);
    boolean here = version.origin() instanceof AdapterOrigin.Trained;
    Optional<Boolean> same =
        here
            ? Optional.of(Fingerprints.corpus(corpus).equals(version.binding().corpusFingerprint()))
            : Optional.empty();
    return new Staleness(
        version.name(),
        documents(corpus),
        new Staleness.Corpus(trained.corpus(), corpus.size(), same),
        new Staleness.Labels(choices, otherDocuments),
        queries());
  }

  /** Whether a search in the scope can have shown these documents, as far as they still exist. */
  private static boolean isOf(Feedback entry, FilteredIds inside) {
    try {
      boolean any = false;
      for (String id : entry.shown()) {
        if (inside.excludes(id)) {
          return false;
        }
        any |= inside.contains(id);
      }
      return any;
    } catch (IOException e) {
      throw new UncheckedIOException("looking up a document: " + e.getMessage(), e);
    }
  }

  private void add(Feedback entry) {
    if (entry.chosen().isPresent()) {
      choices++;
      otherDocuments += trained.documents().containsKey(entry.chosen().get()) ? 0 : 1;
    }
    recent.addLast(entry.query());
    if (recent.size() > Queries.MOST_RECENT) {
      recent.removeFirst();
    }
  }

  private Staleness.Documents documents(SnapshotCorpusVectors corpus) throws IOException {
    int gone = 0;
    int changed = 0;
    for (Map.Entry<String, String> each : trained.documents().entrySet()) {
      int row = view.row(corpus, each.getKey());
      if (row >= 0) {
        changed += VectorChecksums.of(corpus, row).equals(each.getValue()) ? 0 : 1;
      } else if (view.snapshot().contains(each.getKey())) {
        changed++;
      } else {
        gone++;
      }
    }
    return new Staleness.Documents(
        trained.documents().size(),
        gone,
        trained.knowsVectors() ? OptionalLong.of(changed) : OptionalLong.empty());
  }

  private Queries queries() throws IOException {
    Optional<QueryMemory> memory = adapter.weights().memory();
    if (memory.isEmpty() || memory.get().count() < FEWEST_REMEMBERED) {
      return new Queries(0, 0, OptionalDouble.empty());
    }
    RememberedQueries remembered = new RememberedQueries(memory.get());
    double threshold = remembered.quantile(QUANTILE);
    List<Embedding> vectors = QueryVectors.of(view, embeddable());
    long unlike =
        vectors.parallelStream()
            .filter(vector -> closeness(remembered, vector) < threshold)
            .count();
    return new Queries(vectors.size(), (int) unlike, OptionalDouble.of(threshold));
  }

  /** What has nothing to compare is like nothing. */
  private static double closeness(RememberedQueries remembered, Embedding vector) {
    return vector.isZero() ? -1 : remembered.closest(vector.normalized().toArray(), -1);
  }

  private List<Query> embeddable() {
    if (view.embedsTexts()) {
      return new ArrayList<>(recent);
    }
    return recent.stream().filter(query -> !(query instanceof Query.ByText)).toList();
  }
}
