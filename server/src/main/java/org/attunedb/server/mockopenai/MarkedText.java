package org.attunedb.server.mockopenai;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a prompt marks by tags, the one thing that the mock server understands of it: {@code
 * <passage id="…">…</passage>}, any number of them, and once each {@code <question>}, {@code
 * <answer>} and {@code <count>}. Where a tag comes more than once, the last one counts, so that
 * instructions may show the tags.
 *
 * @param passages texts with ids; the number from 1 where a passage has none
 * @param question empty if there is none
 * @param answer empty if there is none
 * @param count 0 if there is none
 */
record MarkedText(List<Passage> passages, String question, String answer, int count) {
  private static final Pattern PASSAGE =
      Pattern.compile("<passage(?:\\s+id=\"([^\"]*)\")?[^>]*>(.*?)</passage>", Pattern.DOTALL);
  private static final Pattern WHOLE_NUMBER = Pattern.compile("\\d{1,4}");

  /** A text that may be cited. */
  record Passage(String id, String text) {}

  static MarkedText of(String prompt) {
    List<Passage> passages = new ArrayList<>();
    Matcher found = PASSAGE.matcher(prompt);
    while (found.find()) {
      String id = found.group(1);
      passages.add(
          new Passage(
              id == null ? Integer.toString(passages.size() + 1) : id, found.group(2).strip()));
    }
    String count = last(prompt, "count");
    return new MarkedText(
        List.copyOf(passages),
        last(prompt, "question"),
        last(prompt, "answer"),
        WHOLE_NUMBER.matcher(count).matches() ? Integer.parseInt(count) : 0);
  }

  private static String last(String prompt, String tag) {
    Matcher found =
        Pattern.compile("<" + tag + ">(.*?)</" + tag + ">", Pattern.DOTALL).matcher(prompt);
    String text = "";
    while (found.find()) {
      text = found.group(1).strip();
    }
    return text;
  }

  /** All passages' texts. */
  String context() {
    return String.join("\n", passages.stream().map(Passage::text).toList());
  }
}
