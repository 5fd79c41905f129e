package org.attunedb.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.CliRun;
import org.attunedb.server.dataset.LabelFiles;
import org.attunedb.server.workflow.DatasetLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two tenants of one collection whose people mean different things by the same words, as their
 * administrator sees it: the command line with the real trainer.
 */
@Timeout(600)
class ScopedTrainingCommandsTest {
  private static final int THINGS = 40;
  private static final int QUESTIONS = 3;
  private static final Filter ACME = Filter.eq("tenant", "acme");
  private static final Filter BETA = Filter.eq("tenant", "beta");

  @TempDir private Path temp;
  private Path store = Path.of("");

  @BeforeEach
  void fill() {
    store = temp.resolve("store");
    try (Attune attune = Attune.open(store)) {
      VectorCollection help = attune.createCollection("help", CollectionSpec.lexical());
      List<Document> documents = new ArrayList<>();
      for (String tenant : List.of("acme", "beta")) {
        StringBuilder glossary = new StringBuilder("glossary");
        for (int i = 0; i < THINGS; i++) {
          documents.add(
              Document.of(
                  tenant + i,
                  "manual of %s chapter %s".formatted(thing(i), thing(i)),
                  Metadata.of("tenant", tenant)));
          glossary.append(' ').append(slang(i));
        }
        documents.add(
            Document.of(
                tenant + "-glossary",
                glossary + " please today urgent",
                Metadata.of("tenant", tenant)));
      }
      help.upsert(documents);
    }
  }

  private static String thing(int i) {
    return word(i, "bdfgk");
  }

  private static String slang(int i) {
    return word(i, "lmnpr");
  }

  /** A pronounceable word of its own for each number. */
  private static String word(int number, String consonants) {
    StringBuilder word = new StringBuilder();
    int rest = number + 7;
    for (int i = 0; i < 4; i++) {
      word.append(consonants.charAt(rest % 5)).append("aeiou".charAt((rest / 5 + i) % 5));
      rest = rest * 31 + 11;
    }
    return word.append((char) ('a' + number % 26)).append((char) ('a' + number / 26)).toString();
  }

  /**
   * Questions of a tenant's people, who say one word and mean another thing; some know the right
   * word.
   *
   * @param shift how far a word is from its thing
   */
  private Path questions(String tenant, int shift) throws IOException {
    Path folder = temp.resolve("questions-" + tenant);
    Files.createDirectories(folder.resolve("qrels"));
    StringBuilder queries = new StringBuilder();
    StringBuilder qrels = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int i = 0; i < THINGS; i++) {
      for (int q = 0; q < QUESTIONS; q++) {
        ObjectNode query = StrictJson.object();
        query.put("_id", "q%s-%s".formatted(i, q));
        String more = List.of("please", "today", thing((i + shift) % THINGS)).get(q);
        query.put("text", slang(i) + " " + more);
        queries.append(query).append('\n');
        qrels.append("q%s-%s\t%s%s\t1\n".formatted(i, q, tenant, (i + shift) % THINGS));
      }
    }
    Files.writeString(folder.resolve("queries.jsonl"), queries);
    Files.writeString(folder.resolve("qrels/train.tsv"), qrels);
    return folder;
  }

  private CliRun run(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--store", store, "--collection", "help"));
    arguments.addAll(List.of(more));
    return CliRun.of(arguments.toArray());
  }

  private static String filter(String tenant) {
    return "{\"tenant\": \"" + tenant + "\"}";
  }

  private String answers(String tenant, int number) {
    CliRun run =
        run("search", "--filter", filter(tenant), "--output", "json", slang(number) + " please");
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void train_scope_improvesItsSearchesAndNoOthers() throws IOException {
    Path acme = questions("acme", 0);
    List<String> beta = Stream.of(0, 7, 31).map(i -> answers("beta", i)).toList();
    CliRun none = run("search", "--output", "json", slang(3) + " please");

    CliRun run = run("train", "--data", acme, "--scope", "tenant=acme");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("active adapter with tenant = acme: v1", "active adapter: none");
    assertThat(Stream.of(0, 7, 31).map(i -> answers("beta", i))).isEqualTo(beta);
    assertThat(run("search", "--output", "json", slang(3) + " please").out()).isEqualTo(none.out());
    for (int i = 0; i < THINGS; i += 7) {
      var answer = StrictJson.readObject(answers("acme", i), "answer");
      assertThat(answer.path("adapter").asText()).isEqualTo("v1");
      assertThat(answer.path("hits").path(0).path("id").asText()).isEqualTo("acme" + i);
    }
    assertSwitches();
    assertMeasured(acme);
  }

  private void assertSwitches() {
    assertThat(run("adapters list").out()).contains("scope", "tenant = acme", "v1");
    assertThat(run("stats").out()).contains("none, 1 scope");
    assertThat(CliRun.of("collections", "list", "--store", store, "--output", "json").out())
        .contains("\"scopedAdapters\" : 1");
    assertThat(
            StrictJson.readObject(run("adapters show", "v1").out(), "v1").path("scope").toString())
        .isEqualTo("{\"tenant\":{\"$eq\":\"acme\"}}");
    assertThat(run("adapters deactivate", "--scope", "tenant=acme").out())
        .isEqualTo("active adapter with tenant = acme: none of its own" + System.lineSeparator());
    assertThat(answers("acme", 3)).contains("\"adapter\" : null");
    assertThat(run("adapters deactivate", "--scope", "tenant=acme").err())
        .contains("no adapter was active for {\"tenant\":{\"$eq\":\"acme\"}}; no scope has one");
    assertThat(run("adapters rollback", "--scope", "tenant=acme").out())
        .isEqualTo("active adapter with tenant = acme: v1" + System.lineSeparator());
    assertThat(answers("acme", 3)).contains("\"adapter\" : \"v1\"");
    assertThat(run("adapters delete", "v1", "--yes").fault()).contains("v1 is active");
    assertThat(run("adapters deactivate", "--scope", "{\"tenant\": 7}").err())
        .contains(
            "no adapter was active for {\"tenant\":{\"$eq\":7}}; scopes that have one: {\"tenant\":{\"$eq\":\"acme\"}}");
    assertThat(run("adapters activate", "v1").out())
        .isEqualTo("active adapter with tenant = acme: v1" + System.lineSeparator());
  }

  /** The gate's base figures are those of the scope's searches: the same query, the same filter. */
  private void assertMeasured(Path acme) {
    CliRun evaluated =
        run("evaluate", acme, "--split", "train", "--filter", filter("acme"), "--output", "json");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(evaluated.out()).contains("\"v1\"");
    try (Attune attune = Attune.openReadOnly(store)) {
      DeepMemory memory = attune.collection("help").deepMemory();
      LabelledQueries labels = DatasetLoader.labels(LabelFiles.training(acme));
      RecallReport report =
          memory.evaluate(
              EvaluationRequest.of(labels)
                  .withModes(SearchMode.VECTOR, SearchMode.HYBRID)
                  .withFilter(ACME));
      var metrics = memory.version("v1").binding().metrics();
      for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.HYBRID)) {
        String prefix = mode == SearchMode.VECTOR ? "" : "hybrid_";
        double found =
            report
                .row(mode, false, RecallReport.Subset.ALL)
                .orElseThrow()
                .values()
                .getOrDefault(Metric.recall(10), Double.NaN);
        assertThat(metrics.get("held_out_" + prefix + "base_recall@10"))
            .isCloseTo(found, within(1e-9));
      }
    }
  }

  /** A tenant of the same meaning has nothing to gain from labels of its own. */
  @Test
  void train_collectionThenTenants_keepsWhatIsGoodEnough() throws IOException {
    Path acme = questions("acme", 0);
    assertThat(run("train", "--data", acme).out()).contains("active adapter: v1");

    CliRun known = run("train", "--data", acme, "--scope", "tenant=acme");
    CliRun other = run("train", "--data", questions("beta", 9), "--scope", "tenant=beta");

    assertThat(known.code()).as(known.err()).isZero();
    assertThat(known.out())
        .contains("active adapter with tenant = acme: none of its own", "active adapter: v1");
    assertThat(other.out()).contains("active adapter with tenant = beta: v2", "active adapter: v1");
    try (Attune attune = Attune.openReadOnly(store)) {
      VectorCollection help = attune.collection("help");
      assertThat(top(help, ACME, 3)).isEqualTo("acme3 v1");
      assertThat(top(help, BETA, 3)).isEqualTo("beta12 v2");
      assertThat(help.deepMemory().version("v2").binding().metrics()).containsKey("own_share");
    }
    // Retrained beside it, the collection's leaves the tenant's alone.
    assertThat(run("train", "--data", questions("beta", 9), "--seed", 5).code()).isZero();
    try (Attune attune = Attune.openReadOnly(store)) {
      assertThat(top(attune.collection("help"), BETA, 3)).isEqualTo("beta12 v2");
    }
  }

  private static String top(VectorCollection help, Filter filter, int number) {
    var response =
        help.search(SearchRequest.text(slang(number) + " please").filter(filter).k(1).build());
    return response.ids().getFirst() + " " + response.stats().adapterVersion();
  }

  @Test
  void train_badScopes_areRefusedAndLeaveNoJob() throws IOException {
    Path beta = questions("beta", 0);

    CliRun outside = run("train", "--data", beta, "--scope", "tenant=acme");
    assertThat(outside.code()).isEqualTo(2);
    assertThat(outside.fault())
        .contains("labels of query 0 name document 'beta0'", "tenant = acme");
    assertThat(run("train", "--data", beta, "--scope", "tenant").fault())
        .contains("--scope is 'tenant'", "FIELD=VALUE");
    assertThat(run("train", "--data", beta, "--scope", "=beta").code()).isEqualTo(2);
    assertThat(run("train", "--data", beta, "--scope", "{\"tenant\": {\"$ne\": \"x\"}}").fault())
        .contains("expected one field that equals one value");
    assertThat(run("train", "--data", beta, "--scope", "{\"tenant\": 7}").fault())
        .contains("values of 'tenant' are strings");
    assertThat(run("train", "--data", beta, "--scope", "tenat=beta").fault())
        .contains("no document has the metadata field 'tenat'");
    assertThat(run("adapters rollback", "--scope", "tenant=beta").code()).isEqualTo(4);

    assertThat(run("jobs list").out()).isEqualTo("no training jobs\n");
  }

  @Test
  void train_feedbackOfAScope_takesTheScopesChoicesAlone() {
    for (String tenant : List.of("acme", "beta")) {
      CliRun.of(
          "feedback",
          "record",
          "--store",
          store,
          "--collection",
          "help",
          "--query",
          slang(1) + " of " + tenant,
          "--shown",
          tenant + "1",
          "--chosen",
          tenant + "1");
    }

    CliRun run = run("train", "--from-feedback", "--scope", "tenant=acme");

    assertThat(run.code()).as(run.err()).isZero();
    String jobs = run("jobs list", "--output", "json").out();
    String id = StrictJson.readObject(jobs, "jobs").path("jobs").path(0).path("id").asText();
    assertThat(run("jobs logs", id).out())
        .contains("trains on 1 queries", "for searches with tenant = acme, among 41 documents");
  }
}
