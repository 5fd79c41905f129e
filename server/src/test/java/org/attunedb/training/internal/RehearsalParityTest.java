package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.core.training.Incumbent;
import org.attunedb.core.training.KeywordScores;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the trainer believes that searches find is what searches of a collection find: for the same
 * vectors, profile and memory, query by query.
 */
class RehearsalParityTest {
  private static final int DIMENSION = 16;
  private static final int DOCUMENTS = 300;
  private static final int HELD_OUT = 120;

  /** So many are all compared, so that search finds the closest exactly. */
  private static final int REMEMBERED = 60;

  private static final Logistic SEEN = new Logistic(8, -4);
  private static final Logistic SAME = new Logistic(9, -6);
  private static final List<String> WORDS =
      List.of("blorp", "zant", "quim", "vrok", "plux", "drin", "gax", "mub", "tolk", "werf");

  private final SplittableRandom random = new SplittableRandom(12);
  private final List<String> texts = new ArrayList<>();
  private final List<LabelledQuery> queries = new ArrayList<>();
  private final List<Integer> heldOut = IntStream.range(0, HELD_OUT).boxed().toList();
  private final List<Integer> remembered =
      IntStream.range(HELD_OUT, HELD_OUT + REMEMBERED).boxed().toList();

  /** Publishes what the test wants and keeps what it was given. */
  private static final class Publisher implements AdapterTrainer {
    private volatile Optional<AdapterWeights> next = Optional.empty();
    private volatile Optional<TrainingSet> given = Optional.empty();

    @Override
    public String name() {
      return "publisher";
    }

    @Override
    public Result train(TrainingSet set, TrainingConfig config, TrainingContext context) {
      given = Optional.of(set);
      Outcome outcome = next.isPresent() ? Outcome.PUBLISHED : Outcome.NO_IMPROVEMENT;
      return new Result(new GateDecision(outcome, "as told", Map.of()), next);
    }
  }

  private final Publisher publisher = new Publisher();
  private Attune attune;
  private VectorCollection collection;

  @BeforeEach
  void fill(@TempDir Path folder) {
    attune =
        Attune.open(folder, AttuneOptions.defaults().withTrainer(() -> Optional.of(publisher)));
    collection =
        attune.createCollection("parity", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    List<Document> documents = new ArrayList<>();
    for (int d = 0; d < DOCUMENTS; d++) {
      documents.add(new Document(id(d), text(1 + random.nextInt(12)), Metadata.empty(), vector()));
    }
    collection.upsert(documents.subList(0, 200));
    collection.upsert(documents.subList(200, DOCUMENTS));
  }

  @AfterEach
  void close() {
    attune.close();
  }

  /** In the order of rows. */
  private static String id(int row) {
    return String.format(Locale.ROOT, "d%03d", row);
  }

  private Embedding vector() {
    return Embedding.of(random.doubles(DIMENSION, -1, 1).toArray());
  }

  private Embedding near(@Nullable Embedding centre) {
    float[] near = Objects.requireNonNull(centre).toArray();
    for (int i = 0; i < DIMENSION; i++) {
      near[i] += (float) (0.2 * random.nextGaussian());
    }
    return Embedding.of(near);
  }

  /** Earlier words are more frequent. */
  private String text(int words) {
    List<String> drawn = new ArrayList<>();
    for (int i = 0; i < words; i++) {
      drawn.add(WORDS.get(Math.min(random.nextInt(10), random.nextInt(10))));
    }
    return String.join(" ", drawn);
  }

  /** Held-out queries, most of them near a remembered one and about one of its documents. */
  private TrainingSet set() throws InterruptedException {
    List<Embedding> vectors = new ArrayList<>();
    List<List<RelevantDocument>> relevance = new ArrayList<>();
    for (int q = 0; q < HELD_OUT + REMEMBERED; q++) {
      int about = random.nextInt(150);
      vectors.add(near(collection.get(id(about)).orElseThrow().embedding()));
      texts.add(text(1 + random.nextInt(4)));
      relevance.add(
          List.of(
              new RelevantDocument(id(about), 1 + random.nextInt(2)),
              new RelevantDocument(id(150 + random.nextInt(150)), 1)));
    }
    for (int q = 0; q < HELD_OUT; q++) {
      if (q % 4 != 0) {
        int like = HELD_OUT + random.nextInt(REMEMBERED);
        vectors.set(q, near(vectors.get(like)));
        relevance.set(q, List.of(relevance.get(like).get(q % 2)));
      }
    }
    collection
        .deepMemory()
        .train(TrainingRequest.of(LabelledQueries.of(texts, vectors, relevance)))
        .await();
    return publisher.given.orElseThrow();
  }

  /** A copy that stays when the training's view is gone. */
  private record Rows(List<float[]> rows) implements CorpusVectors {
    @Override
    public int size() {
      return rows.size();
    }

    @Override
    public int dimension() {
      return DIMENSION;
    }

    @Override
    public void copyRow(int row, float[] target, int offset) {
      System.arraycopy(rows.get(row), 0, target, offset, DIMENSION);
    }

    @Override
    public String id(int row) {
      return RehearsalParityTest.id(row);
    }
  }

  private static Rows rows(VectorCollection collection) {
    List<float[]> rows = new ArrayList<>();
    for (int row = 0; row < DOCUMENTS; row++) {
      Embedding stored = collection.get(id(row)).orElseThrow().embedding();
      rows.add(stored == null ? new float[DIMENSION] : stored.toArray());
    }
    return new Rows(rows);
  }

  private Factors factors() {
    float[] in = new float[DIMENSION * 4];
    float[] out = new float[DIMENSION * 4];
    for (int i = 0; i < in.length; i++) {
      in[i] = (float) random.nextGaussian() / 4;
      out[i] = (float) random.nextGaussian() / 2;
    }
    return new Factors(DIMENSION, 4, in, out);
  }

  @Test
  void measure_anyProfile_isWhatSearchesOfTheCollectionFind() throws InterruptedException {
    PyTorch.start(1, 1);
    TrainingSet given = set();
    queries.addAll(given.queries());
    assertThat(given.queries().stream().map(LabelledQuery::keywords))
        .doesNotContain(KeywordScores.none());
    TrainingSet set = new TrainingSet(rows(collection), queries);
    Candidates candidates = Candidates.of(set, 1, Candidates.FULL_CORPUS);
    List<Targets> targets = queries.stream().map(candidates::targets).toList();
    Factors factors = factors();
    CancellationToken token = new CancellationToken();
    try (Tensors tensors = new Tensors(set.corpus(), candidates, queries, Device.cpu())) {
      HeldOutRanks ranks = new HeldOutRanks(tensors, targets, candidates.size(), token);
      Neighbours neighbours = new Neighbours(tensors, targets);
      neighbours.find(heldOut, remembered, token);
      Pools pools = new Pools(ranks, queries, targets, candidates, neighbours, SAME);
      Rehearsal rehearsal =
          new Rehearsal(
              List.of(new Rehearsal.Fold(heldOut, factors)),
              pools,
              neighbours,
              SEEN,
              new BitSet(),
              new int[HELD_OUT]);

      assertParity(rehearsal, factors, new Blend(0, 0), 0.5f, 0, 0);
      assertParity(rehearsal, factors, new Blend(1, 1), 1f / 3, 0, 0);
      assertParity(rehearsal, factors, new Blend(0, 0), 2f / 3, 0.4f, 2);
      // Cosines of bytes differ by up to half a percent: some neighbours in a ranking change.
      assertParity(rehearsal, factors, new Blend(0.25f, 1), 0.5f, 0.8f, 3);
    }
  }

  /** The adapter in use, as its collection would apply it. */
  private record InUse(LowRankAdapter adapter) implements Incumbent {
    @Override
    public String version() {
      return "v1";
    }

    @Override
    public boolean isUsedBy(SearchMode mode) {
      return adapter.isBetter(mode);
    }

    @Override
    public boolean remembers(LabelledQuery query) {
      return !adapter.remembered(query.vector(), 0.985).isEmpty();
    }

    @Override
    public boolean remembersAll() {
      return true;
    }

    @Override
    public Optional<Map<String, Double>> heldOutOfTheSame() {
      return Optional.empty();
    }

    @Override
    public Answer apply(Embedding query, SearchMode mode) {
      QueryAdapter.Adapted adapted = adapter.apply(query, mode);
      return new Answer(
          adapted.vector(),
          adapted.keywordWeight(),
          adapted.recalled().stream()
              .map(r -> new Bonus(Integer.parseInt(r.document().substring(1)), r.bonus()))
              .toList());
    }
  }

  @Test
  void measure_adapterInUse_isWhatSearchesWithItFind() throws InterruptedException {
    PyTorch.start(1, 1);
    queries.addAll(set().queries());
    TrainingSet set = new TrainingSet(rows(collection), queries);
    Candidates candidates = Candidates.of(set, 1, Candidates.FULL_CORPUS);
    List<Targets> targets = queries.stream().map(candidates::targets).toList();
    ModeProfile profile = new ModeProfile(true, new Blend(0.25f, 1), new Blend(0.5f, 0.25f), 0.8f);
    AdapterWeights weights =
        factors()
            .weights(
                Map.of(SearchMode.VECTOR, profile, SearchMode.HYBRID, profile),
                Memories.of(
                    new TrainingSet(rows(collection), queries.subList(HELD_OUT, queries.size())),
                    SEEN,
                    SAME,
                    1));
    publish(weights);
    try (Tensors tensors = new Tensors(set.corpus(), candidates, queries, Device.cpu())) {
      Pools pools =
          new Pools(
              new HeldOutRanks(tensors, targets, candidates.size(), new CancellationToken()),
              queries,
              targets,
              candidates,
              new Neighbours(tensors, targets),
              new Logistic(0, 0));
      Succession succession =
          new Succession(new InUse(new LowRankAdapter(weights)), queries, pools, candidates);
      List<Integer> all = IntStream.range(0, queries.size()).boxed().toList();
      OutOfFold any =
          new OutOfFold(
              all,
              Collections.nCopies(all.size(), new Quality(0, 0, 0)),
              new BitSet(),
              new int[all.size()]);

      assertThat(succession.newToIncumbent(any).queries()).isEqualTo(heldOut);
      for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.HYBRID)) {
        OutOfFold believed = succession.measure(mode, succession.newToIncumbent(any));
        OutOfFold found = new OutOfFold(heldOut, searched(mode), new BitSet(), new int[HELD_OUT]);

        assertThat(believed.differencesFrom(found, Quality::objective))
            .as("%s", mode)
            .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b))
            .containsOnly(0.0);
        assertThat(found.mean(OutOfFold.Part.ALL).objective()).isBetween(0.1, 0.9);
      }
    }
  }

  private void assertParity(
      Rehearsal rehearsal,
      Factors factors,
      Blend alpha,
      float keywords,
      float memory,
      int mostDifferent)
      throws InterruptedException {
    ModeProfile profile = new ModeProfile(true, alpha, Blend.constant(keywords), memory);
    publish(
        factors.weights(
            Map.of(SearchMode.VECTOR, profile, SearchMode.HYBRID, profile),
            Memories.of(
                new TrainingSet(rows(collection), queries.subList(HELD_OUT, queries.size())),
                SEEN,
                SAME,
                1)));
    for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.HYBRID)) {
      OutOfFold believed = rehearsal.measure(mode, rehearsal.read(alpha), profile);
      OutOfFold found = new OutOfFold(heldOut, searched(mode), new BitSet(), new int[HELD_OUT]);

      double[] differences = believed.differencesFrom(found, Quality::objective);

      assertThat(Arrays.stream(differences).filter(d -> Math.abs(d) > 1e-9).count())
          .as("%s, alpha %s, keywords %s, memory %s", mode, alpha, keywords, memory)
          .isLessThanOrEqualTo(mostDifferent);
      assertThat(found.mean(OutOfFold.Part.ALL).objective()).isBetween(0.1, 0.9);
    }
  }

  private void publish(AdapterWeights weights) throws InterruptedException {
    publisher.next = Optional.of(weights);
    JobState state =
        collection
            .deepMemory()
            .train(
                TrainingRequest.of(
                    LabelledQueries.ofVectors(
                        List.of(queries.getFirst().vector()),
                        List.of(List.of(RelevantDocument.of(id(0)))))))
            .await();
    assertThat(state).isInstanceOf(JobState.Completed.class);
  }

  private List<Quality> searched(SearchMode mode) {
    List<Quality> qualities = new ArrayList<>();
    for (int q : heldOut) {
      List<SearchHit> hits =
          collection
              .search(
                  SearchRequest.of(
                          new Query.ByTextAndEmbedding(texts.get(q), queries.get(q).vector()))
                      .mode(mode)
                      .adapter(AdapterChoice.active())
                      .build())
              .hits();
      qualities.add(quality(queries.get(q).labels(), hits));
    }
    return qualities;
  }

  private static Quality quality(List<Label> labels, List<SearchHit> hits) {
    int[] ranks = new int[labels.size()];
    Arrays.fill(ranks, 1_000);
    for (int l = 0; l < ranks.length; l++) {
      for (SearchHit hit : hits) {
        ranks[l] = hit.id().equals(id(labels.get(l).row())) ? hit.rank() : ranks[l];
      }
    }
    double[] grades = labels.stream().mapToDouble(Label::grade).toArray();
    return new Quality(
        Metric.recall(1).ofRanks(ranks, grades),
        Metric.recall(10).ofRanks(ranks, grades),
        Metric.ndcg(10).ofRanks(ranks, grades));
  }
}
