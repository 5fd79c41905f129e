package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.core.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Adapters of scopes: who gets which, what a training of one is given, and that they are kept. */
@Timeout(120)
class ScopedAdaptersTest extends StoreTest {
  private static final int DIMENSION = 12;
  private static final int DOCUMENTS = 240;
  private static final List<String> TENANTS = List.of("acme", "beta", "gamma");
  private static final Filter ACME = Filter.eq("tenant", "acme");
  private static final Filter BETA = Filter.eq("tenant", "beta");
  private static final AdapterScope ACME_SCOPE = AdapterScope.of(ACME);

  @TempDir private Path elsewhere;
  private final SplittableRandom random = new SplittableRandom(3);
  private final FakeTrainer trainer = new FakeTrainer();
  private VectorCollection collection;
  private DeepMemory memory;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  /** Document i is tenant i mod 3's, of the years 0 to 4 and of a language. */
  @BeforeEach
  void fill() {
    collection =
        attune.createCollection("shared", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    collection.upsert(
        IntStream.range(0, DOCUMENTS)
            .mapToObj(
                i ->
                    new Document(
                        "d" + i,
                        "word" + i % 7,
                        Metadata.copyOf(
                            Map.of(
                                "tenant",
                                MetadataValue.of(TENANTS.get(i % 3)),
                                "year",
                                MetadataValue.of(i % 5),
                                "open",
                                MetadataValue.of(i % 2 == 0))),
                        Vectors.random(DIMENSION, random)))
            .toList());
    memory = collection.deepMemory();
  }

  private AdapterWeights weights() {
    return RandomAdapters.weights(DIMENSION, 2, random);
  }

  private static TrainingRequest request(String document) {
    return TrainingRequest.of(
        LabelledQueries.ofVectors(
            List.of(Embedding.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})),
            List.of(List.of(RelevantDocument.of(document)))));
  }

  private String publish(AdapterWeights weights, TrainingRequest request)
      throws InterruptedException {
    trainer.publish(weights);
    JobState state = memory.train(request).await();
    assertThat(state).isInstanceOf(JobState.Completed.class);
    return ((JobState.Completed) state).version().orElseThrow();
  }

  private SearchResponse search(Embedding query, Filter filter) {
    return search(collection, query, filter, AdapterChoice.active());
  }

  private static SearchResponse search(
      CollectionReads reads, Embedding query, Filter filter, AdapterChoice adapter) {
    return reads.search(
        SearchRequest.vector(query)
            .k(15)
            .filter(filter)
            .adapter(adapter)
            .tuning(SearchTuning.exactScan())
            .build());
  }

  private void assertApplied(Filter filter, String version, AdapterWeights weights) {
    for (int i = 0; i < 3; i++) {
      Embedding query = Vectors.random(DIMENSION, random);
      SearchResponse response = search(query, filter);
      SearchResponse expected =
          search(
              collection, new LowRankAdapter(weights).adapt(query), filter, AdapterChoice.none());

      assertThat(response.stats().adapterVersion()).isEqualTo(version);
      assertThat(response.ids()).isEqualTo(expected.ids());
    }
  }

  private void assertNotApplied(Filter filter) {
    Embedding query = Vectors.random(DIMENSION, random);
    assertThat(search(query, filter).stats().adapterVersion()).isNull();
  }

  @Test
  void search_scopeWithItsOwnVersion_usesItAndOthersTheCollections() throws InterruptedException {
    AdapterWeights all = weights();
    AdapterWeights own = weights();

    assertThat(publish(own, request("d0").withScope(ACME))).isEqualTo("v1");
    assertApplied(ACME, "v1", own);
    assertNotApplied(BETA);
    assertThat(publish(all, request("d1"))).isEqualTo("v2");

    assertApplied(ACME, "v1", own);
    assertApplied(ACME.and(Filter.field("year").gte(1)), "v1", own);
    assertApplied(Filter.field("tenant").in("acme"), "v1", own);
    assertApplied(BETA, "v2", all);
    assertApplied(Filter.field("tenant").in("acme", "beta"), "v2", all);
    assertApplied(new Filter.Or(List.of(ACME)), "v2", all);
    assertThat(search(Vectors.random(DIMENSION, random), ACME).hits()).hasSize(15);
    assertThat(memory.activeVersion()).contains("v2");
    assertThat(memory.activeVersion(ACME_SCOPE)).contains("v1");
    assertThat(memory.activeVersion(AdapterScope.of(BETA))).isEmpty();
    assertThat(memory.scopes()).isEqualTo(Map.of(ACME_SCOPE, "v1"));
    assertThat(memory.version("v1").scope()).contains(ACME_SCOPE);
    assertThat(memory.versions()).extracting(AdapterVersion::active).containsExactly(true, true);
  }

  @Test
  void search_otherTenant_isByteEqualToBefore() throws InterruptedException {
    publish(weights(), request("d1"));
    List<Embedding> queries =
        IntStream.range(0, 20).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
    List<List<?>> before = new ArrayList<>();
    queries.forEach(query -> before.add(search(query, BETA).hits()));

    publish(weights(), request("d0").withScope(ACME));

    for (int i = 0; i < queries.size(); i++) {
      assertThat(search(queries.get(i), BETA).hits()).isEqualTo(before.get(i));
    }
    assertThat(search(queries.getFirst(), ACME).stats().adapterVersion()).isEqualTo("v2");
  }

  /** The rule, read off the filter directly. */
  @Test
  void search_randomFilters_useTheVersionOfTheFirstScopeThatTheyPin() throws InterruptedException {
    publish(weights(), request("d0"));
    Map<AdapterScope, String> versions = new TreeMap<>();
    for (Filter scope :
        List.of(ACME, Filter.eq("year", 0), Filter.eq("open", true), Filter.eq("year", 3))) {
      String version = publish(weights(), request(documentOf(scope)).withScope(scope));
      versions.put(AdapterScope.of(scope), version);
    }
    Embedding query = Vectors.random(DIMENSION, random);
    Map<String, Integer> seen = new TreeMap<>();
    for (int i = 0; i < 400; i++) {
      Filter filter = filter(2);
      List<AdapterScope> demanded = new ArrayList<>();
      demanded(filter, demanded);
      String expected =
          demanded.stream()
              .filter(versions::containsKey)
              .sorted()
              .map(versions::get)
              .findFirst()
              .orElse("v1");

      String applied = search(query, filter).stats().adapterVersion();

      assertThat(applied).as("%s", filter).isEqualTo(expected);
      seen.merge(expected, 1, Integer::sum);
    }
    assertThat(seen).hasSize(5).allSatisfy((version, times) -> assertThat(times).isGreaterThan(5));
  }

  private String documentOf(Filter scope) {
    return collection.ids(null, 1, scope).getFirst();
  }

  private Filter filter(int levels) {
    if (levels > 0 && random.nextInt(3) > 0) {
      List<Filter> parts = List.of(filter(levels - 1), filter(levels - 1));
      return switch (random.nextInt(5)) {
        case 0 -> new Filter.Or(parts);
        case 1 -> Filter.not(parts.getFirst());
        default -> new Filter.And(parts);
      };
    }
    return switch (random.nextInt(5)) {
      case 0 -> Filter.eq("open", random.nextBoolean());
      case 1 -> Filter.field("tenant").in(TENANTS.get(random.nextInt(3)));
      case 2 -> Filter.field("year").in(random.nextInt(5), random.nextInt(5));
      case 3 -> Filter.eq("tenant", TENANTS.get(random.nextInt(3)));
      default -> new Filter.Eq("year", MetadataValue.of((double) random.nextInt(5)));
    };
  }

  private static void demanded(Filter filter, List<AdapterScope> found) {
    switch (filter) {
      case Filter.And and -> and.filters().forEach(part -> demanded(part, found));
      case Filter.Eq eq -> found.add(new AdapterScope(eq.field(), eq.value()));
      case Filter.In in -> {
        if (in.values().stream().distinct().count() == 1) {
          found.add(new AdapterScope(in.field(), in.values().getFirst()));
        }
      }
      default -> {
        // Demands nothing of one field alone.
      }
    }
  }

  @Test
  void switches_ofAScope_areItsOwn() throws InterruptedException {
    AdapterWeights all = weights();
    AdapterWeights older = weights();
    AdapterWeights newer = weights();
    publish(all, request("d0"));
    publish(older, request("d0").withScope(ACME));
    publish(newer, request("d0").withScope(ACME));
    assertApplied(ACME, "v3", newer);

    memory.activate("v2");
    assertApplied(ACME, "v2", older);
    assertThat(memory.rollback(ACME_SCOPE)).contains("v3");
    assertApplied(ACME, "v3", newer);
    memory.deactivate();
    assertApplied(ACME, "v3", newer);
    assertNotApplied(BETA);
    assertThat(memory.rollback()).contains("v1");
    memory.deactivate(ACME_SCOPE);
    memory.deactivate(ACME_SCOPE);
    assertApplied(ACME, "v1", all);

    assertThat(memory.scopes()).isEmpty();
    assertThat(memory.rollback(ACME_SCOPE)).contains("v3");
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> memory.rollback(AdapterScope.of(BETA)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOTHING_TO_ROLL_BACK))
        .withMessageContaining("tenant = beta");
  }

  @Test
  void delete_versionOfAScope_isRefusedWhileActiveAndForgottenAfterwards()
      throws InterruptedException, IOException {
    AdapterWeights all = weights();
    publish(all, request("d0"));
    publish(weights(), request("d0").withScope(ACME));
    assertThat(search(Vectors.random(DIMENSION, random), ACME).stats().adapterVersion())
        .isEqualTo("v2");

    assertRefused(ErrorCode.ADAPTER_INVALID, () -> memory.delete("v2"))
        .withMessageContaining("v2 is active");
    memory.deactivate(ACME_SCOPE);
    memory.delete("v2");

    assertApplied(ACME, "v1", all);
    assertThat(memory.versions()).extracting(AdapterVersion::name).containsExactly("v1");
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> memory.rollback(ACME_SCOPE));
    assertThat(active()).contains("\"formatVersion\" : 1");
    assertThat(publish(weights(), request("d0").withScope(ACME))).isEqualTo("v3");
  }

  private String active() throws IOException {
    return Files.readString(folder.resolve("collections/shared/adapters/active.json"));
  }

  @Test
  void reopen_scopes_areAsTheyWere() throws InterruptedException {
    AdapterWeights all = weights();
    AdapterWeights own = weights();
    publish(all, request("d0"));
    publish(own, request("d0").withScope(ACME));
    publish(weights(), request("d1").withScope(BETA));
    memory.deactivate(AdapterScope.of(BETA));

    reopen();
    collection = attune.collection("shared");
    memory = collection.deepMemory();

    assertApplied(ACME, "v2", own);
    assertApplied(BETA, "v1", all);
    assertThat(memory.rollback(AdapterScope.of(BETA))).contains("v3");
  }

  @Test
  void keep_backupRestoreRenameCompactVerify_keepScopes() throws InterruptedException {
    AdapterWeights own = weights();
    publish(weights(), request("d0"));
    publish(own, request("d0").withScope(ACME));
    collection.compact();
    assertApplied(ACME, "v2", own);
    attune.renameCollection("shared", "renamed");
    collection = attune.collection("renamed");
    assertApplied(ACME, "v2", own);

    Path backup = elsewhere.resolve("backup");
    Path restored = elsewhere.resolve("restored");
    attune.backup(backup, BackupMode.COPY, ByteProgress.none());
    Attune.restore(backup, restored, RestoreMode.NEW, ByteProgress.none());

    try (Attune copy = Attune.open(restored, options())) {
      VectorCollection other = copy.collection("renamed");
      Embedding query = Vectors.random(DIMENSION, random);
      assertThat(search(other, query, ACME, AdapterChoice.active()).hits())
          .isEqualTo(search(query, ACME).hits());
      assertThat(other.deepMemory().scopes()).isEqualTo(Map.of(ACME_SCOPE, "v2"));
    }
    assertThat(Attune.verify(restored, ByteProgress.none()).isSound()).isTrue();
  }

  @Test
  void exportImport_versionOfAScope_keepsItsScope() throws InterruptedException {
    AdapterWeights own = weights();
    publish(own, request("d0").withScope(ACME));
    Path file = elsewhere.resolve("own.safetensors");
    memory.exportVersion("v1", file);
    memory.deactivate(ACME_SCOPE);

    AdapterVersion imported = memory.importVersion(file);

    assertThat(imported.scope()).contains(ACME_SCOPE);
    assertThat(imported.active()).isFalse();
    assertNotApplied(ACME);
    memory.activate("v2");
    assertApplied(ACME, "v2", own);
    assertNotApplied(BETA);
    assertThat(memory.activeVersion()).isEmpty();
  }

  @Test
  void open_activeVersionOfAScopeMissing_isDamageAsForTheCollections()
      throws InterruptedException, IOException {
    publish(weights(), request("d0").withScope(ACME));
    close();
    Path version = folder.resolve("collections/shared/adapters/v1");
    Files.move(version, elsewhere.resolve("v1"));

    assertThat(Attune.verify(folder, ByteProgress.none()).damaged())
        .extracting(FileFinding::path)
        .contains("collections/shared/adapters/active.json");
    open();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> attune.collection("shared"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
        .withMessageContaining("v1");
  }

  @Test
  void search_damagedVersionOfAScope_saysSoAndOthersGoOn()
      throws InterruptedException, IOException {
    publish(weights(), request("d0").withScope(ACME));
    reopen();
    collection = attune.collection("shared");
    Path file = folder.resolve("collections/shared/adapters/v1/adapter.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> search(Vectors.random(DIMENSION, random), ACME))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
        .withMessageContaining("v1/adapter.safetensors");
    assertNotApplied(BETA);
  }

  /** A file that was put in another's place must not be applied to all searches. */
  @Test
  void search_versionOfAnotherScopeInItsPlace_isDamage() throws InterruptedException, IOException {
    publish(weights(), request("d0").withScope(ACME));
    publish(weights(), request("d1").withScope(BETA));
    reopen();
    collection = attune.collection("shared");
    Path adapters = folder.resolve("collections/shared/adapters");
    for (String name : List.of("adapter.safetensors", "version.json")) {
      Files.write(
          adapters.resolve("v1").resolve(name),
          Files.readAllBytes(adapters.resolve("v2").resolve(name)));
    }

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> search(Vectors.random(DIMENSION, random), ACME))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
        .withMessageContaining("tenant = beta")
        .withMessageContaining("tenant = acme");
    assertThat(Attune.verify(folder, ByteProgress.none()).damaged())
        .extracting(FileFinding::path)
        .containsExactly("collections/shared/adapters/v1/adapter.safetensors");
  }

  @Test
  void snapshot_versionsSwitchedLater_areThoseOfItsTime() throws InterruptedException {
    AdapterWeights own = weights();
    publish(own, request("d0").withScope(ACME));
    Embedding query = Vectors.random(DIMENSION, random);
    try (CollectionSnapshot snapshot = collection.snapshot()) {
      publish(weights(), request("d0").withScope(ACME));
      publish(weights(), request("d1"));

      assertThat(search(query, ACME).stats().adapterVersion()).isEqualTo("v2");
      assertThat(search(snapshot, query, ACME, AdapterChoice.active()).stats().adapterVersion())
          .isEqualTo("v1");
      assertThat(search(snapshot, query, BETA, AdapterChoice.active()).stats().adapterVersion())
          .isNull();
      memory.delete("v1");
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> search(snapshot, query, ACME, AdapterChoice.active()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ADAPTER_NOT_FOUND));
    }
  }

  /** What a reader had not read when a writer deleted it. */
  @Test
  void openReadOnly_versionOfAScopeDeletedMeanwhile_usesWhatCameInItsPlace()
      throws InterruptedException {
    publish(weights(), request("d0").withScope(ACME));
    try (Attune reader = Attune.openReadOnly(folder)) {
      CollectionReads reads = reader.collection("shared");
      publish(weights(), request("d0").withScope(ACME));
      memory.delete("v1");

      assertThat(
              search(reads, Vectors.random(DIMENSION, random), ACME, AdapterChoice.active())
                  .stats()
                  .adapterVersion())
          .isEqualTo("v2");
    }
  }

  @Test
  void searchAll_filtersOfSeveralScopes_useEachItsOwn() throws InterruptedException {
    publish(weights(), request("d0").withScope(ACME));
    publish(weights(), request("d1").withScope(BETA));
    Embedding query = Vectors.random(DIMENSION, random);

    List<SearchResponse> answers =
        collection.searchAll(
            List.of(
                SearchRequest.vector(query).filter(ACME).build(),
                SearchRequest.vector(query).build(),
                SearchRequest.vector(query).filter(BETA).build()));

    assertThat(answers.stream().map(a -> String.valueOf(a.stats().adapterVersion())))
        .containsExactly("v1", "null", "v2");
  }

  /** Better in one mode, in which alone it takes the collection's place. */
  @Test
  void search_modeInWhichTheScopesIsNotBetter_usesTheCollections() throws InterruptedException {
    AdapterWeights all = weights();
    AdapterWeights own = weights();
    AdapterWeights vectorOnly =
        new AdapterWeights(
            own.down(),
            own.up(),
            own.bias(),
            Map.of(
                SearchMode.VECTOR,
                own.profile(SearchMode.VECTOR),
                SearchMode.HYBRID,
                notBetter(own.profile(SearchMode.HYBRID))),
            null);
    publish(vectorOnly, request("d0").withScope(ACME));
    SearchRequest hybrid =
        SearchRequest.of(new Query.ByTextAndEmbedding("word3", Vectors.random(DIMENSION, random)))
            .mode(SearchMode.HYBRID)
            .filter(ACME)
            .build();

    assertThat(collection.search(hybrid).stats().adapterVersion()).isNull();
    publish(all, request("d1"));

    assertThat(collection.search(hybrid).stats().adapterVersion()).isEqualTo("v2");
    assertApplied(ACME, "v1", vectorOnly);
    EvaluationRequest measured =
        EvaluationRequest.of(
                new LabelledQueries(
                    List.of(hybrid.query()), List.of(Relevance.of(Map.of("d0", 1.0)))))
            .withModes(SearchMode.VECTOR, SearchMode.HYBRID)
            .withFilter(ACME);
    assertThat(memory.evaluate(measured).adapterVersion()).isEqualTo("v1 (vector) and v2 (hybrid)");
    assertThat(memory.evaluate(measured.withModes(SearchMode.HYBRID)).adapterVersion())
        .isEqualTo("v2");
    assertThat(memory.evaluate(measured.withModes(SearchMode.VECTOR)).adapterVersion())
        .isEqualTo("v1");
  }

  private static ModeProfile notBetter(ModeProfile profile) {
    return new ModeProfile(false, profile.alpha(), profile.keywordWeight(), profile.memoryWeight());
  }

  @Test
  void train_scope_isGivenItsDocumentsOnly() throws InterruptedException {
    publish(weights(), request("d0").withScope(ACME));

    TrainingSet set = trainer.sets().getLast();

    assertThat(set.corpus().size()).isEqualTo(DOCUMENTS / 3);
    assertThat(IntStream.range(0, set.corpus().size()).mapToObj(set.corpus()::id))
        .containsExactlyElementsOf(collection.ids(null, DOCUMENTS, ACME));
    assertThat(set.corpus().id(set.queries().getFirst().labels().getFirst().row())).isEqualTo("d0");
    assertThat(memory.version("v1").trainingDocuments()).isEqualTo(1);
  }

  /** Keyword scores are those of a search that is filtered. */
  @Test
  void train_scopeWithTexts_isGivenKeywordScoresOfItsDocuments() throws InterruptedException {
    VectorCollection texts = attune.createCollection("texts", CollectionSpec.lexical());
    texts.upsert(
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    Document.of(
                        "t" + i,
                        "printer toner " + "paper ".repeat(i),
                        Metadata.of("tenant", TENANTS.get(i % 3))))
            .toList());
    trainer.publish(RandomAdapters.weights(texts.spec().dimension(), 2, random));
    texts
        .deepMemory()
        .train(
            TrainingRequest.of(
                    LabelledQueries.ofTexts(
                        List.of("toner"), List.of(List.of(RelevantDocument.of("t3")))))
                .withScope(ACME))
        .await();

    TrainingSet set = trainer.sets().getLast();
    SearchResponse keywords =
        texts.search(
            SearchRequest.text("toner").mode(SearchMode.KEYWORD).filter(ACME).k(100).build());

    var scores = set.queries().getFirst().keywords();
    assertThat(IntStream.range(0, scores.size()).mapToObj(i -> set.corpus().id(scores.row(i))))
        .containsExactlyElementsOf(keywords.ids())
        .hasSize(4);
    assertThat(IntStream.range(0, scores.size()).mapToObj(scores::score))
        .containsExactlyElementsOf(keywords.hits().stream().map(hit -> hit.score()).toList());
  }

  private AdapterWeights remembering(List<Embedding> queries, List<String> documents) {
    AdapterWeights plain = weights();
    return RandomAdapters.withMemory(
        new AdapterWeights(plain.down(), plain.up(), new float[DIMENSION], 1),
        QueryMemory.of(
            queries.stream().map(Embedding::normalized).toList(),
            documents.stream().map(id -> List.of(new QueryMemory.Relevant(id, 1))).toList(),
            new Logistic(8, -4),
            new Logistic(6, -3)));
  }

  private TrainingContext contextOf(TrainingRequest request) throws InterruptedException {
    AtomicReference<TrainingContext> seen = new AtomicReference<>();
    trainer.followInContext(
        (set, context) -> {
          seen.set(context);
          return FakeTrainer.rejecting();
        });
    assertThat(memory.train(request).await()).isInstanceOf(JobState.Completed.class);
    return seen.get();
  }

  /** What the collection's adapter was trained on would flatter whatever starts from it. */
  @Test
  void train_scopeBesideTheCollectionsVersion_startsFromItAndJudgesByWhatItDoesNotKnow()
      throws InterruptedException {
    List<Embedding> queries =
        IntStream.range(0, 4).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
    AdapterWeights all = remembering(queries.subList(0, 3), List.of("d0", "d1", "d3"));
    publish(all, request("d5"));
    // The first is known, the last is new; of what else v1 remembers d3 is acme's, d1 is not.
    TrainingRequest request =
        TrainingRequest.of(
                LabelledQueries.ofVectors(
                    List.of(queries.get(0), queries.get(3)),
                    List.of(
                        List.of(RelevantDocument.of("d0")), List.of(RelevantDocument.of("d6")))))
            .withScope(ACME);

    TrainingContext context = contextOf(request);

    TrainingSet set = trainer.sets().getLast();
    assertThat(context.prior()).contains(all);
    assertThat(context.incumbent().orElseThrow().version()).isEqualTo("v1");
    assertThat(context.incumbent().orElseThrow().isShared(SearchMode.VECTOR)).isTrue();
    assertThat(set.queries()).hasSize(1);
    assertThat(set.queries().getFirst().vector()).isEqualTo(queries.get(3).normalized());
    assertThat(
            set.carried().stream().map(query -> set.corpus().id(query.labels().getFirst().row())))
        .containsExactly("d0", "d3");

    TrainingContext alone = contextOf(request.fromScratch());
    assertThat(alone.prior()).isEmpty();
    assertThat(alone.incumbent()).isPresent();
    assertThat(trainer.sets().getLast().queries()).hasSize(2);
    assertThat(trainer.sets().getLast().carried()).isEmpty();
  }

  @Test
  void train_scopeBesideAnImportedVersion_doesNotStartFromIt() throws InterruptedException {
    publish(weights(), request("d0"));

    TrainingContext context = contextOf(request("d0").withScope(ACME));

    assertThat(context.prior()).isEmpty();
    assertThat(context.incumbent().orElseThrow().version()).isEqualTo("v1");
  }

  @Test
  void train_scopeWithItsOwnVersion_isComparedWithThat() throws InterruptedException {
    publish(weights(), request("d1"));
    publish(weights(), request("d0").withScope(ACME));

    TrainingContext own = contextOf(request("d0").withScope(ACME));
    TrainingContext other = contextOf(request("d1").withScope(BETA));
    TrainingContext all = contextOf(request("d1"));

    assertThat(own.incumbent().orElseThrow().version()).isEqualTo("v2");
    assertThat(own.incumbent().orElseThrow().isShared(SearchMode.VECTOR)).isFalse();
    assertThat(other.incumbent().orElseThrow().version()).isEqualTo("v1");
    assertThat(all.incumbent().orElseThrow().version()).isEqualTo("v1");
    assertThat(all.incumbent().orElseThrow().isShared(SearchMode.VECTOR)).isFalse();
    assertThat(all.prior()).isEmpty();
  }

  @Test
  void train_collectionsVersionSwitchedMeanwhile_keepsTheScopesInactive()
      throws InterruptedException {
    publish(weights(), request("d1"));
    AdapterWeights own = weights();
    trainer.follow(
        (set, listener, cancellation) -> {
          memory.deactivate();
          return FakeTrainer.publishing(own);
        });

    TrainingJob job = memory.train(request("d0").withScope(ACME));
    job.await();

    assertThat(memory.scopes()).isEmpty();
    assertThat(memory.version("v2").active()).isFalse();
    assertThat(job.log()).anyMatch(entry -> entry.text().contains("v2 is not activated"));
  }

  @Test
  void train_badScopes_areRefusedAndLeaveNoJob() {
    assertRefused(
            ErrorCode.SCOPE_INVALID, () -> memory.train(request("d0").withScope(BETA.negate())))
        .withMessageContaining("$not");
    assertRefused(
            ErrorCode.SCOPE_INVALID,
            () -> memory.train(request("d0").withScope(Filter.eq("tenat", "acme"))))
        .withMessageContaining("no document has the metadata field 'tenat'")
        .withMessageContaining("shared");
    assertRefused(
            ErrorCode.SCOPE_INVALID,
            () -> memory.train(request("d0").withScope(Filter.eq("tenant", 5))))
        .withMessageContaining("tenant = 5, which is an integer; values of 'tenant' are strings");
    assertRefused(
            ErrorCode.SCOPE_INVALID,
            () -> memory.train(request("d0").withScope(Filter.eq("tenant", "nobody"))))
        .withMessageContaining("tenant = nobody");
    assertRefused(ErrorCode.LABELS_OUTSIDE_SCOPE, () -> memory.train(request("d1").withScope(ACME)))
        .withMessageContaining("labels of query 0 name document 'd1'")
        .withMessageContaining("tenant = acme");

    assertThat(memory.jobs()).isEmpty();
    assertThat(memory.versions()).isEmpty();
  }

  @Test
  void train_documentLeavesTheScopeMeanwhile_failsNamingIt() throws InterruptedException {
    trainer.follow(
        (set, listener, cancellation) -> {
          collection.upsert(
              List.of(
                  new Document(
                      "d0",
                      null,
                      Metadata.of("tenant", "beta"),
                      Vectors.random(DIMENSION, random))));
          return FakeTrainer.rejecting();
        });
    TrainingJob first = memory.train(request("d3").withScope(ACME));
    TrainingJob second = memory.train(request("d0").withScope(ACME));
    first.await();

    assertThat(second.await())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.LABELS_OUTSIDE_SCOPE);
              assertThat(failed.message()).contains("d0");
            });
  }

  /** The scope of a job is kept with it. */
  @Test
  void resume_jobOfAScope_trainsForTheSameScope() throws InterruptedException {
    trainer.follow(
        (set, listener, cancellation) -> {
          throw new IllegalStateException("test");
        });
    TrainingJob job = memory.train(request("d0").withScope(ACME));
    assertThat(job.await()).isInstanceOf(JobState.Failed.class);
    reopen();
    collection = attune.collection("shared");
    memory = collection.deepMemory();
    AdapterWeights own = weights();
    trainer.publish(own);

    memory.resume(job.id()).await();

    assertApplied(ACME, "v1", own);
    assertNotApplied(BETA);
  }

  @Test
  void evaluate_filter_comparesWithTheScopesVersion() throws InterruptedException {
    publish(weights(), request("d1"));
    publish(weights(), request("d0").withScope(ACME));
    LabelledQueries labels =
        LabelledQueries.ofVectors(
            IntStream.range(0, 8).mapToObj(i -> Vectors.random(DIMENSION, random)).toList(),
            IntStream.range(0, 8).mapToObj(i -> List.of(RelevantDocument.of("d" + i))).toList());

    RecallReport inside = memory.evaluate(EvaluationRequest.of(labels).withFilter(ACME));
    RecallReport all = memory.evaluate(EvaluationRequest.of(labels));

    assertThat(inside.adapterVersion()).isEqualTo("v2");
    // Of eight documents d0, d3 and d6 are acme's; what can't be found is no query of this report.
    assertThat(inside.queries()).isEqualTo(3);
    assertThat(all.adapterVersion()).isEqualTo("v1");
    assertThat(all.queries()).isEqualTo(8);
  }

  @Test
  void shadow_versionOfAScope_shadowsSearchesOfTheScopeOnly() throws InterruptedException {
    publish(weights(), request("d0").withScope(ACME));
    memory.deactivate(ACME_SCOPE);
    ShadowSearch shadow = collection.shadow(ShadowOptions.of(AdapterChoice.version("v1")));
    Embedding query = Vectors.random(DIMENSION, random);

    shadow.search(SearchRequest.vector(query).build());
    shadow.search(SearchRequest.vector(query).filter(BETA).build());
    assertThat(shadow.report().compared()).isZero();
    shadow.search(SearchRequest.vector(query).filter(ACME).build());

    assertThat(shadow.report().searches()).isEqualTo(3);
    assertThat(shadow.report().compared()).isEqualTo(1);
    assertThat(shadow.report().failed()).isZero();
  }

  @Test
  void shadow_active_isTheScopesVersionInItsSearches() throws InterruptedException {
    publish(weights(), request("d0").withScope(ACME));
    ShadowSearch shadow = collection.shadow(ShadowOptions.of(AdapterChoice.none()));
    Embedding query = Vectors.random(DIMENSION, random);

    var answer = shadow.search(SearchRequest.vector(query).filter(ACME).build());

    assertThat(answer.response().stats().adapterVersion()).isEqualTo("v1");
    assertThat(shadow.report().different()).isEqualTo(1);
  }

  @Test
  void staleness_versionOfAScope_isAboutTheScope() throws InterruptedException {
    publish(weights(), request("d0").withScope(ACME));
    publish(weights(), request("d0"));
    collection.upsert(
        List.of(
            new Document(
                "other", null, Metadata.of("tenant", "beta"), Vectors.random(DIMENSION, random))));
    var later = memory.version("v2").created().orElseThrow().plusSeconds(60);
    Query query = new Query.ByEmbedding(Vectors.random(DIMENSION, random));
    collection
        .feedback()
        .recordAll(
            List.of(
                new Feedback(
                    query, List.of("d0", "d3"), Optional.of("d3"), later, Optional.empty()),
                new Feedback(
                    query, List.of("d0", "d1"), Optional.of("d0"), later, Optional.empty()),
                new Feedback(
                    query, List.of("gone"), Optional.of("gone"), later, Optional.empty())));

    Staleness scoped = memory.staleness("v1");
    Staleness all = memory.staleness("v2");

    assertThat(scoped.corpus().now()).isEqualTo(DOCUMENTS / 3);
    assertThat(scoped.corpus().same()).contains(true);
    assertThat(scoped.labels()).isEqualTo(new Staleness.Labels(1, 1));
    assertThat(all.corpus().now()).isEqualTo(DOCUMENTS + 1);
    assertThat(all.corpus().same()).contains(false);
    assertThat(all.labels()).isEqualTo(new Staleness.Labels(3, 2));
    collection.upsert(
        List.of(
            new Document(
                "d0", null, Metadata.of("tenant", "beta"), Vectors.random(DIMENSION, random))));
    assertThat(memory.staleness("v1").documents())
        .isEqualTo(new Staleness.Documents(1, 0, OptionalLong.of(1)));
  }
}
