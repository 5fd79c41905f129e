package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.AdapterTrainer.Result;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.CheckpointStore;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.core.training.Incumbent;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingListener;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.training.DjlAdapterTrainer;
import org.attunedb.training.Synthetic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Adapters that are shrunk towards another one, which stays where they are not better. */
@Timeout(300)
class ScopedTrainingTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.withSeed(42).withRank(16).withThreads(1).withMaxEpochs(4);

  private static final Synthetic PROBLEM = new Synthetic(1);

  /** 300 queries about the first 240 documents. */
  private static final TrainingSet SET = PROBLEM.trainingSet(240, 60);

  /** The collection's adapter, trained on half of them. */
  private static final List<LabelledQuery> KNOWN = SET.queries().subList(0, 120);

  private static final AdapterWeights PRIOR =
      train(KNOWN, TrainingContext.none()).weights().orElseThrow();

  private static Result train(List<LabelledQuery> queries, TrainingContext context) {
    return new DjlAdapterTrainer().train(new TrainingSet(SET.corpus(), queries), CONFIG, context);
  }

  /** The collection's adapter in use by searches in the scope. */
  private record Shared(QueryAdapter adapter, Set<Embedding> queries) implements Incumbent {
    static Shared of(AdapterWeights weights, List<LabelledQuery> trainedOn) {
      return new Shared(
          new LowRankAdapter(weights),
          new HashSet<>(trainedOn.stream().map(query -> query.vector().normalized()).toList()));
    }

    @Override
    public String version() {
      return "v1";
    }

    @Override
    public boolean isUsedBy(SearchMode mode) {
      return mode == SearchMode.VECTOR;
    }

    @Override
    public boolean isShared(SearchMode mode) {
      return true;
    }

    @Override
    public boolean remembers(LabelledQuery query) {
      return queries.contains(query.vector());
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

  private static TrainingContext beside(AdapterWeights prior) {
    return new TrainingContext(
        TrainingListener.none(),
        new CancellationToken(),
        CheckpointStore.none(),
        Optional.of(Shared.of(prior, KNOWN)),
        Optional.of(prior));
  }

  /** The same words mean something else: a query is turned once more, in planes of its own. */
  private static List<LabelledQuery> ofAnotherTenant(int from, int to) {
    return ofAnotherTenant(SET.queries().subList(from, to));
  }

  private static List<LabelledQuery> ofAnotherTenant(List<LabelledQuery> queries) {
    SplittableRandom random = new SplittableRandom(77);
    double[][] axes = Synthetic.orthonormal(random, 32, SET.corpus().dimension());
    return queries.stream()
        .map(query -> new LabelledQuery(turned(query.vector(), axes), query.labels()))
        .toList();
  }

  private static Embedding turned(Embedding vector, double[][] axes) {
    float[] turned = vector.toArray();
    for (int p = 0; p < axes.length; p += 2) {
      double a = 0;
      double b = 0;
      for (int i = 0; i < turned.length; i++) {
        a += axes[p][i] * vector.get(i);
        b += axes[p + 1][i] * vector.get(i);
      }
      for (int i = 0; i < turned.length; i++) {
        turned[i] += (float) ((-a - a) * axes[p][i] + (-b - b) * axes[p + 1][i]);
      }
    }
    return Embedding.of(turned).normalized();
  }

  @Test
  void train_manyLabelsOfATenantWithItsOwnMeaning_publishesMoreThanTheCollections() {
    Result result = train(ofAnotherTenant(120, 300), beside(PRIOR));

    assertThat(result.decision().published()).as(result.decision().reason()).isTrue();
    assertThat(result.decision().reason()).contains("against version 'v1' +");
    assertThat(result.decision().metrics().get("own_share")).isPositive();
    double heldBefore =
        result.decision().metrics().getOrDefault("succession_incumbent_recall@10", Double.NaN);
    assertThat(result.decision().metrics().get("succession_recall@10"))
        .isGreaterThan(heldBefore + 0.05);
    // The prior's factors and its own.
    assertThat(result.weights().orElseThrow().rank()).isEqualTo(32);
  }

  /** About a fifth of 500 queries is sealed: what it says comes first. */
  @Test
  void train_labelsEnoughForASealedPart_asksThatToo() {
    List<LabelledQuery> many = ofAnotherTenant(PROBLEM.trainingSet(400, 100).queries());
    int sealed = FoldPlan.of(many, 5, ~CONFIG.seed()).heldOut(0).size();

    Result result = train(many, beside(PRIOR));

    assertThat(result.decision().published()).as(result.decision().reason()).isTrue();
    assertThat(result.decision().metrics().get("succession_queries")).isEqualTo((double) sealed);
    assertThat(result.decision().reason()).contains("on sealed queries", "against version 'v1' +");
  }

  @Test
  void train_fewLabelsOfATenantLikeTheOthers_keepsTheCollections() {
    Result result = train(SET.queries().subList(120, 156), beside(PRIOR));

    assertThat(result.decision().outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(result.decision().reason())
        .contains("against version 'v1'", "which is too small, chance")
        .contains("of what the labels add to the collection's adapter");
    assertThat(result.weights()).isEmpty();
  }

  @Test
  void train_fewerThanTheGateNeeds_saysHowManyAreKnown() {
    Result result =
        new DjlAdapterTrainer()
            .train(
                new TrainingSet(SET.corpus(), SET.queries().subList(120, 130), KNOWN),
                CONFIG,
                beside(PRIOR));

    assertThat(result.decision().outcome()).isEqualTo(Outcome.TOO_FEW_LABELS);
    assertThat(result.decision().reason())
        .startsWith("10 usable labelled queries (beside 120 that adapters in use were trained on)");
  }

  @Test
  void train_again_givesTheSameWeights() {
    List<LabelledQuery> queries = ofAnotherTenant(120, 300);

    assertThat(train(queries, beside(PRIOR)).weights())
        .isEqualTo(train(queries, beside(PRIOR)).weights());
  }

  private static Factors random(int dimension, int rank, SplittableRandom random) {
    float[] in = new float[dimension * rank];
    float[] out = new float[dimension * rank];
    for (int i = 0; i < in.length; i++) {
      in[i] = (float) random.nextGaussian();
      out[i] = (float) random.nextGaussian();
    }
    return new Factors(dimension, rank, in, out);
  }

  /** The residual that factors stand for, in double precision. */
  private static double[][] residual(Factors factors) {
    int dimension = factors.dimension();
    double[][] matrix = new double[dimension][dimension];
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        for (int r = 0; r < factors.rank(); r++) {
          matrix[i][j] +=
              (double) factors.in()[i * factors.rank() + r] * factors.out()[r * dimension + j];
        }
      }
    }
    return matrix;
  }

  @Test
  void plus_share_isTheSumOfBothResiduals() {
    SplittableRandom random = new SplittableRandom(5);
    Factors one = random(7, 2, random);
    Factors other = random(7, 3, random);
    double[][] first = residual(one);
    double[][] second = residual(other);

    for (float share : new float[] {0, 0.25f, 1}) {
      double[][] sum = residual(one.plus(other, share));
      for (int i = 0; i < 7; i++) {
        for (int j = 0; j < 7; j++) {
          assertThat(sum[i][j]).isCloseTo(first[i][j] + share * second[i][j], within(1e-5));
        }
      }
    }
    assertThat(one.plus(other, 0)).isSameAs(one);
    assertThat(one.plus(other, 1).rank()).isEqualTo(5);
  }

  @Test
  void of_weightsOfFactors_areTheSameFactors() {
    Factors factors = random(7, 3, new SplittableRandom(6));
    AdapterWeights weights =
        factors.weights(
            Map.of(
                SearchMode.VECTOR, ModeProfile.constant(1),
                SearchMode.HYBRID, ModeProfile.constant(1)),
            null);

    Factors back = Factors.of(weights);

    assertThat(back.in()).containsExactly(factors.in());
    assertThat(back.out()).containsExactly(factors.out());
    float[] bias = new float[7];
    bias[3] = 1;
    AdapterWeights biased = new AdapterWeights(weights.down(), weights.up(), bias, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> Factors.of(biased));
  }

  /** Beside a prior that undoes the distortion already there is nothing to learn. */
  @Test
  void fit_besideAPrior_addsToItAndLeavesItAsItIs() {
    List<Float> losses = new ArrayList<>();
    List<Float> alone = new ArrayList<>();

    Factors added = fit(Optional.of(Factors.of(PRIOR)), losses);
    Factors own = fit(Optional.empty(), alone);

    assertThat(losses.getFirst()).isLessThan(alone.getFirst());
    assertThat(norm(added)).isLessThan(norm(own));
  }

  private static Factors fit(Optional<Factors> prior, List<Float> losses) {
    PyTorch.start(1, 1);
    Candidates candidates = Candidates.of(SET, 1, Candidates.FULL_CORPUS);
    List<Targets> targets = SET.queries().stream().map(candidates::targets).toList();
    List<Integer> queries = IntStream.range(0, 120).boxed().toList();
    try (Tensors tensors = new Tensors(SET.corpus(), candidates, SET.queries(), Device.cpu())) {
      return new Fit(
              tensors,
              targets,
              candidates.size(),
              CONFIG,
              new Progress(
                  Fit.steps(CONFIG, 120), TrainingListener.none(), new CancellationToken()),
              new FittedFactors(CheckpointStore.none()),
              prior)
          .run(
              "fit",
              queries,
              SET.corpus().dimension(),
              (epoch, loss, block) -> losses.add((float) loss));
    }
  }

  private static double norm(Factors factors) {
    double squares = 0;
    for (double[] row : residual(factors)) {
      for (double value : row) {
        squares += value * value;
      }
    }
    return Math.sqrt(squares);
  }
}
