package org.attunedb.server.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.cli.AttuneCli;
import org.attunedb.server.ingest.LocalSite;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs docs/tutorial.md as one shell script, each command in a process of its own, as a reader
 * would; only the site's and the service's addresses are put in place of the page's.
 */
@Timeout(400)
class TutorialTest {
  private static final String KEY = "sk-tutorial-5ecret";
  private static final int PAGES = 12;
  private static final Pattern BLOCK = Pattern.compile("```(sh|json)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern COMMAND = Pattern.compile("attune .*");

  @TempDir private Path folder;

  @Test
  void tutorial_everyCommand_doesWhatThePageSays() throws IOException, InterruptedException {
    String page = Files.readString(Path.of("../docs/tutorial.md"));
    List<String> commands = new ArrayList<>();
    Map<String, String> variables = new HashMap<>();
    Matcher blocks = BLOCK.matcher(page);
    while (blocks.find()) {
      if (blocks.group(1).equals("json")) {
        Files.writeString(folder.resolve("prices.json"), blocks.group(2));
        continue;
      }
      for (String line : blocks.group(2).strip().split("\n")) {
        if (line.startsWith("export ")) {
          String[] parts = line.substring("export ".length()).split("=", 2);
          variables.put(parts[0], parts[1]);
        } else {
          assertThat(line).matches(COMMAND);
          commands.add(line);
        }
      }
    }
    Files.writeString(folder.resolve("openai.key"), KEY + "\n");
    try (LocalSite site = site();
        MockOpenAi server = MockOpenAi.start(MockOpenAiSettings.defaults().withKeys(Set.of(KEY)))) {
      variables.put("SITE", site.at("/guide/"));
      variables.put("OPENAI_BASE_URL", server.baseUrl().toString());

      String all = "";
      Map<String, String> outputs = new HashMap<>();
      for (String command : commands) {
        String output = run(command, variables);
        outputs.put(command, output);
        all += output;
      }

      assertThat(commands).hasSize(12);
      assertThat(all).doesNotContain(KEY);
      check(outputs, server);
    }
  }

  private void check(Map<String, String> outputs, MockOpenAi server) throws IOException {
    assertThat(find(outputs, "ingest")).contains(String.valueOf(PAGES + 1));
    assertThat(find(outputs, "--estimate")).contains("estimate: about", "USD");
    assertThat(find(outputs, "--out questions")).contains("for training", "used:", "USD");
    assertThat(Files.readAllLines(folder.resolve("questions").resolve("queries.jsonl")))
        .hasSizeGreaterThan(PAGES / 2);
    assertThat(find(outputs, "attune train")).contains("training job");
    assertThat(find(outputs, "jobs list")).contains("completed");
    assertThat(find(outputs, "evaluate --collection")).contains("Recall@10");
    assertThat(find(outputs, "docs \"How")).contains("[p1] http://");
    assertThat(find(outputs, "--adapter off")).contains("[p1] http://");
    assertThat(find(outputs, "--without-llm")).contains("[http://").doesNotContain("used:");
    assertThat(find(outputs, "judgements questions"))
        .contains("statements, by the judge", "documents, by id", "money per 1,000 questions");
    String json = find(outputs, "--output json");
    assertThat(json).contains("used: 0 requests");
    assertThat(
            StrictJson.readObject(json.substring(json.indexOf("{\n")), "json")
                .at("/contextRecall/llm/questions")
                .asInt())
        .isPositive();
    assertThat(server.requests()).allMatch(request -> request.status() == 200);
  }

  private static String find(Map<String, String> outputs, String part) {
    return outputs.entrySet().stream()
        .filter(each -> each.getKey().contains(part))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining());
  }

  private static LocalSite site() throws IOException {
    LocalSite site = LocalSite.start();
    StringBuilder links = new StringBuilder();
    for (int i = 0; i < PAGES; i++) {
      links.append("<li><a href=\"page").append(i).append(".html\">Part ").append(i).append("</a>");
      site.page(
          "/guide/page" + i + ".html",
          """
          <h1>Chapter%s of the harbour</h1>
          <p>Harbour%s keeps lighthouse%s burning nightly. Captain%s steers vessel%s home.</p>
          <h2>Wares%s</h2>
          <p>Merchant%s sells cargo%s beside warehouse%s every morning.</p>
          """
              .formatted(i, i, i, i, i, i, i, i, i));
    }
    return site.page(
        "/guide/",
        "<h1>Guide</h1><p>You start by opening the harbour gate.</p><ul>" + links + "</ul>");
  }

  /** As the shell would run it, in a folder of its own. */
  private String run(String command, Map<String, String> variables)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String script =
        "attune() { \"$JAVA\" --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED"
            + " -Dai.djl.offline=true -cp \"$CLASSES\" "
            + AttuneCli.class.getName()
            + " \"$@\"; }\n"
            + command
            + "\n";
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script).directory(folder.toFile());
    builder.environment().remove("OPENAI_API_KEY");
    builder.environment().putAll(variables);
    builder.environment().put("JAVA", java);
    builder.environment().put("CLASSES", System.getProperty("java.class.path"));
    Process process = builder.redirectErrorStream(true).start();
    try (BufferedReader out = process.inputReader()) {
      String output = out.lines().collect(Collectors.joining("\n"));
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(command + "\n" + output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
