package org.attunedb.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Here, because this module sees every command. */
class HelpTest {
  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z]+(?: [a-z]+)?) {2,}[A-Z]");

  @Test
  void help_everyCommand_isSummarisedInWholeSentences() {
    List<List<String>> open = new ArrayList<>(List.of(List.of()));
    List<String> seen = new ArrayList<>();
    while (!open.isEmpty()) {
      List<String> command = open.removeFirst();
      for (String name : requireWholeSentences(command)) {
        List<String> sub = new ArrayList<>(command);
        sub.addAll(List.of(name.split(" ")));
        seen.add(String.join(" ", sub));
        open.add(sub);
      }
    }
    assertThat(seen)
        .contains(
            "search",
            "evaluate rag",
            "collections drop",
            "bench write",
            "bench faults power",
            "demo");
  }

  /** The names of the sub-commands. */
  private static List<String> requireWholeSentences(List<String> command) {
    List<String> arguments = new ArrayList<>(command);
    arguments.add("--help");
    Cli run = Cli.run(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    String[] parts = run.out().split("Commands:\\R", 2);
    if (parts.length == 1) {
      return List.of();
    }
    String list = parts[1].split("\\R\\RExit codes:", 2)[0];
    List<String> names = new ArrayList<>();
    Matcher matcher = COMMAND.matcher(list);
    int from = -1;
    while (matcher.find()) {
      requireWhole(list, from, matcher.start());
      from = matcher.start();
      names.add(matcher.group(1));
    }
    requireWhole(list, from, list.length());
    return names;
  }

  private static void requireWhole(String list, int from, int to) {
    if (from >= 0) {
      assertThat(list.substring(from, to).strip()).endsWith(".");
    }
  }
}
