package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far a collection moves away from what an adapter was trained on. */
class StalenessTest extends StoreTest {
  private static final int DIMENSION = 12;

  @TempDir private Path elsewhere;
  private final SplittableRandom random = new SplittableRandom(5);
  private final FakeTrainer trainer = new FakeTrainer();

  /** Two groups of directions: training knows the first. */
  private final List<Embedding> known = around(Vectors.random(DIMENSION, random), 200);

  private final List<Embedding> strange = around(Vectors.random(DIMENSION, random), 100);
  private VectorCollection collection;
  private DeepMemory memory;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  private List<Embedding> around(Embedding centre, int count) {
    float[] middle = centre.normalized().toArray();
    List<Embedding> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] noise = RandomAdapters.vector(DIMENSION, random);
      for (int c = 0; c < DIMENSION; c++) {
        noise[c] = middle[c] + 0.1f * noise[c];
      }
      vectors.add(Embedding.of(noise).normalized());
    }
    return vectors;
  }

  @BeforeEach
  void fill() {
    collection =
        attune.createCollection("aging", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    collection.upsert(
        IntStream.range(0, 20)
            .mapToObj(i -> Document.of("d" + i, Vectors.random(DIMENSION, random)))
            .toList());
    memory = collection.deepMemory();
  }

  private AdapterWeights weights(int remembered) {
    AdapterWeights plain = RandomAdapters.weights(DIMENSION, 2, random);
    QueryMemory queries =
        QueryMemory.of(
            known.subList(0, remembered),
            known.subList(0, remembered).stream()
                .map(query -> List.of(new QueryMemory.Relevant("d0", 1)))
                .toList(),
            Logistic.UNKNOWN,
            Logistic.UNKNOWN);
    return new AdapterWeights(
        plain.down(),
        plain.up(),
        plain.bias(),
        Map.of(
            SearchMode.VECTOR, ModeProfile.constant(1), SearchMode.HYBRID, ModeProfile.constant(1)),
        queries);
  }

  /** Labels that point to d0, d1, d2 and d3. */
  private void train(AdapterWeights weights) throws InterruptedException {
    trainer.publish(weights);
    JobState state =
        memory
            .train(
                TrainingRequest.of(
                    LabelledQueries.ofVectors(
                        known.subList(0, 4),
                        IntStream.range(0, 4)
                            .mapToObj(i -> List.of(RelevantDocument.of("d" + i)))
                            .toList())))
            .await();
    assertThat(state).isInstanceOf(JobState.Completed.class);
  }

  private void record(Query query, String chosen, Instant time) {
    collection
        .feedback()
        .recordAll(
            List.of(
                new Feedback(
                    query, List.of("d0", chosen), Optional.of(chosen), time, Optional.empty())));
  }

  @Test
  void staleness_nothingChanged_saysSoAlsoAfterMergesAndReopening() throws InterruptedException {
    train(weights(100));
    collection.compact();
    reopen();
    memory = attune.collection("aging").deepMemory();

    Staleness staleness = memory.staleness("v1");

    assertThat(staleness.documents()).isEqualTo(new Staleness.Documents(4, 0, OptionalLong.of(0)));
    assertThat(staleness.corpus())
        .isEqualTo(new Staleness.Corpus(OptionalLong.of(20), 20, Optional.of(true)));
    assertThat(staleness.corpus().growth()).hasValue(0);
    assertThat(staleness.labels()).isEqualTo(new Staleness.Labels(0, 0));
    assertThat(staleness.queries().recent()).isZero();
    assertThat(staleness.queries().share()).isEmpty();
    assertThat(staleness.documents().share()).isZero();
  }

  @Test
  void staleness_documentsGoneChangedAndNew_areCounted() throws InterruptedException {
    train(weights(100));
    collection.delete(List.of("d1", "d9"));
    collection.upsert(
        List.of(
            Document.of("d2", Vectors.random(DIMENSION, random)),
            Document.of("d8", Vectors.random(DIMENSION, random)),
            Document.of("new1", Vectors.random(DIMENSION, random)),
            Document.of("new2", Vectors.random(DIMENSION, random)),
            Document.of("new3", Vectors.random(DIMENSION, random))));

    Staleness staleness = memory.staleness("v1");

    assertThat(staleness.documents()).isEqualTo(new Staleness.Documents(4, 1, OptionalLong.of(1)));
    assertThat(staleness.documents().share()).isEqualTo(0.5);
    assertThat(staleness.corpus())
        .isEqualTo(new Staleness.Corpus(OptionalLong.of(20), 21, Optional.of(false)));
    assertThat(staleness.corpus().growth()).hasValue(0.05);
  }

  @Test
  void staleness_choicesSince_areCountedAndOlderOnesNot() throws InterruptedException {
    record(new Query.ByEmbedding(known.get(0)), "d1", Instant.parse("2020-01-01T00:00:00Z"));
    train(weights(100));
    Instant later = memory.version("v1").created().orElseThrow().plusSeconds(60);
    record(new Query.ByEmbedding(known.get(0)), "d1", later);
    record(new Query.ByEmbedding(known.get(0)), "d17", later);
    record(new Query.ByEmbedding(known.get(0)), "d18", later);

    assertThat(memory.staleness("v1").labels()).isEqualTo(new Staleness.Labels(3, 2));
  }

  @Test
  void staleness_queriesLikeAndUnlikeTraining_areTold() throws InterruptedException {
    train(weights(100));
    Instant later = memory.version("v1").created().orElseThrow().plusSeconds(60);
    for (Embedding query : known.subList(100, 200)) {
      record(new Query.ByEmbedding(query), "d1", later);
    }
    Staleness.Queries like = memory.staleness("v1").queries();
    for (Embedding query : strange) {
      record(new Query.ByEmbedding(query), "d1", later);
    }
    // Without an embedder it can't be compared.
    record(new Query.ByText("text"), "d1", later);
    Staleness.Queries mixed = memory.staleness("v1").queries();

    double threshold = threshold(known.subList(0, 100));
    assertThat(like.threshold()).isPresent();
    // The remembered queries are kept in a byte a component.
    assertThat(like.threshold().getAsDouble())
        .isCloseTo(threshold, org.assertj.core.api.Assertions.within(0.01));
    assertThat(like.recent()).isEqualTo(100);
    // 5 expected; more than 17 of 100 have a probability below one in a million.
    assertThat(like.unlike()).isLessThanOrEqualTo(17);
    assertThat(mixed.recent()).isEqualTo(200);
    assertThat(mixed.unlike()).isEqualTo(like.unlike() + 100);
    assertThat(mixed.share()).isEqualTo(OptionalDouble.of(mixed.unlike() / 200.0));
  }

  /** The 5 % quantile of the cosines to the closest other one. */
  private static double threshold(List<Embedding> queries) {
    List<Double> closest = new ArrayList<>();
    for (int q = 0; q < queries.size(); q++) {
      Embedding query = queries.get(q);
      int self = q;
      closest.add(
          IntStream.range(0, queries.size())
              .filter(other -> other != self)
              .mapToDouble(other -> cosine(query, queries.get(other)))
              .max()
              .orElseThrow());
    }
    return closest.stream().sorted().skip(5).findFirst().orElseThrow();
  }

  private static double cosine(Embedding a, Embedding b) {
    double sum = 0;
    for (int i = 0; i < a.dimension(); i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }

  @Test
  void staleness_manyQueries_takesTheYoungest() throws InterruptedException {
    train(weights(100));
    Instant later = memory.version("v1").created().orElseThrow().plusSeconds(60);
    for (int i = 0; i < 3; i++) {
      for (Embedding query : strange) {
        record(new Query.ByEmbedding(query), "d1", later);
      }
    }
    assertThat(memory.staleness("v1").queries().unlike()).isEqualTo(256);
    for (int i = 0; i < 256; i++) {
      record(new Query.ByEmbedding(known.get(0)), "d1", later);
    }

    Staleness.Queries queries = memory.staleness("v1").queries();

    assertThat(queries.recent()).isEqualTo(256);
    assertThat(queries.unlike()).isZero();
  }

  @Test
  void staleness_versionThatRemembersTooLittle_comparesNoQueries() throws InterruptedException {
    train(weights(19));
    record(new Query.ByEmbedding(strange.get(0)), "d1", Instant.parse("2999-01-01T00:00:00Z"));

    assertThat(memory.staleness("v1").queries())
        .isEqualTo(new Staleness.Queries(0, 0, OptionalDouble.empty()));
  }

  @Test
  void staleness_importedVersion_saysWhatIsNotKnown() throws InterruptedException {
    train(weights(100));
    Path file = elsewhere.resolve("v1.safetensors");
    memory.exportVersion("v1", file);

    memory.importVersion(file);

    Staleness staleness = memory.staleness("v2");
    assertThat(staleness.documents())
        .isEqualTo(new Staleness.Documents(0, 0, OptionalLong.empty()));
    assertThat(staleness.corpus())
        .isEqualTo(new Staleness.Corpus(OptionalLong.empty(), 20, Optional.empty()));
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> memory.staleness("v3"));
  }
}
