package org.attunedb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.CliRun;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the commands print does not depend on where the machine believes to be: the same commands on
 * equal stores under another default locale, whose digits, points and separators differ.
 */
@Timeout(240)
class LocaleTest {
  private static final int DOCUMENTS = 1_234;

  private static final Set<String> REFUSED =
      Set.of("import DIR/wrong.jsonl", "search -k 0", "search --ef 123456");

  /** Of the plain form: times, checksums and places differ from run to run. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]*[0-9](?:\\.[0-9]+)?(?:E-?[0-9]+)?[0-9a-f]*");

  private static final Pattern RULES_AND_SPACES = Pattern.compile("[-─]{2,}|[#.]{5,}|\\s+");

  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG-u-nu-arab"})
  void commands_localeWithNumbersOfItsOwn_printTheSame(String locale) throws IOException {
    Map<String, String> expected = outputs(Locale.ROOT);

    Map<String, String> actual = outputs(Locale.forLanguageTag(locale));

    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (command, output) ->
            assertThat(output).as("%s under %s", command, locale).isEqualTo(expected.get(command)));
    assertThat(expected.get("search --explain --exact")).contains("visited, # rescored, # ms");
    assertThat(expected.get("ingest")).contains("there now | # | # ");
    assertThat(String.join("", expected.values())).contains("#,#");
  }

  private Map<String, String> outputs(Locale locale) throws IOException {
    Locale before = Locale.getDefault();
    // The same place for every run: documents are known by it.
    Path folder = Files.createDirectory(temp.resolve("run"));
    files(folder);
    try (MockOpenAi service = MockOpenAi.start(MockOpenAiSettings.defaults())) {
      Locale.setDefault(locale);
      Map<String, String> outputs = new LinkedHashMap<>();
      for (String command : commands()) {
        CliRun run = run(folder, service, command);
        assertThat(run.code())
            .as("%s: %s", command, run.err())
            .isEqualTo(REFUSED.contains(command) ? 2 : 0);
        outputs.put(command, plain(run.out() + run.fault(), folder, service));
        if (command.contains("--output json")) {
          StrictJson.readObject(run.out(), command);
        }
      }
      for (Path file : list(folder.resolve("report"))) {
        outputs.put(
            String.valueOf(file.getFileName()), plain(Files.readString(file), folder, service));
      }
      return outputs;
    } finally {
      Locale.setDefault(before);
      Files.move(folder, temp.resolve("done-" + locale));
    }
  }

  private static List<String> commands() {
    return List.of(
        "import --create lexical DIR/notes.jsonl",
        "import DIR/wrong.jsonl",
        "import --on-error skip DIR/wrong.jsonl",
        "ingest",
        "ingest --output json",
        "compact",
        "stats",
        "stats --output json",
        "collections list",
        "collections list --output json",
        "search --explain --exact",
        "search --explain --exact --output json",
        "search -k 0",
        "search --ef 123456",
        "evaluate --adapter none --k 1,10,1000 --report DIR/report DIR/beir",
        "evaluate --adapter none --output json DIR/beir",
        "feedback record --file DIR/feedback.jsonl",
        "feedback stats",
        "jobs list",
        "adapters list",
        "questions generate --without-llm --n 5 --seed 1 --out DIR/questions",
        "ask",
        "evaluate rag --n 5 --out DIR/rag",
        "export DIR/out.jsonl",
        "backup DIR/backup",
        "verify",
        "delete --all --yes");
  }

  private static CliRun run(Path folder, MockOpenAi service, String command) {
    List<Object> arguments =
        new ArrayList<>(List.of((Object[]) command.replace("DIR", folder.toString()).split(" ")));
    arguments.addAll(List.of("--store", folder.resolve("store")));
    if (Stream.of("backup", "verify", "stats", "collections").noneMatch(command::startsWith)) {
      arguments.addAll(List.of("--collection", "notes"));
    }
    if (command.startsWith("ingest")) {
      arguments.add(folder.resolve("pages"));
    }
    if (command.startsWith("search") || command.equals("ask")) {
      arguments.add("harbour 7");
    }
    if (command.equals("ask") || command.startsWith("evaluate rag")) {
      arguments.addAll(List.of("--base-url", service.baseUrl(), "--chat-model", "gpt-4o-mini"));
    }
    if (command.startsWith("evaluate rag")) {
      arguments.add(folder.resolve("beir"));
    }
    return CliRun.of(arguments.toArray());
  }

  private static String plain(String text, Path folder, MockOpenAi service) {
    String same =
        text.replace(folder.toString(), "DIR").replace(service.baseUrl().getAuthority(), "HOST");
    String counted = NUMBER.matcher(same).replaceAll("#");
    return RULES_AND_SPACES.matcher(counted).replaceAll(" ");
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static void files(Path folder) throws IOException {
    StringBuilder notes = new StringBuilder();
    for (int i = 0; i < DOCUMENTS; i++) {
      notes.append("{\"id\": \"d").append(i).append("\", \"text\": \"harbour ").append(i % 97);
      notes.append(" keeps the ship ").append(i).append("\", \"metadata\": {\"tons\": ");
      notes.append(i * 1000).append(".5}}\n");
    }
    Files.writeString(folder.resolve("notes.jsonl"), notes);
    Files.writeString(
        folder.resolve("wrong.jsonl"),
        "{\"id\": \"x\", \"text\": \"a\", \"embedding\": [1.5, 2]}\n{\"id\": \"y\", \"text\": \"z\"}\n");
    Path pages = Files.createDirectories(folder.resolve("pages"));
    for (int i = 0; i < 30; i++) {
      Files.writeString(pages.resolve("p" + i + ".txt"), ("quay " + i + " ").repeat(2_000));
    }
    Path beir = Files.createDirectories(folder.resolve("beir"));
    Files.createDirectories(beir.resolve("qrels"));
    StringBuilder queries = new StringBuilder();
    StringBuilder qrels = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int i = 0; i < 12; i++) {
      queries.append("{\"_id\": \"q").append(i).append("\", \"text\": \"ship of harbour ");
      queries.append(i * 3).append("\"}\n");
      qrels.append("q").append(i).append("\td").append(i * 3).append("\t1\n");
    }
    Files.writeString(beir.resolve("corpus.jsonl"), notes.toString().replace("\"id\"", "\"_id\""));
    Files.writeString(beir.resolve("queries.jsonl"), queries);
    Files.writeString(beir.resolve("qrels").resolve("test.tsv"), qrels);
    Files.writeString(
        folder.resolve("feedback.jsonl"),
        "{\"query\": \"harbour 7\", \"shown\": [\"d7\", \"d104\"], \"chosen\": \"d7\"}\n");
  }
}
