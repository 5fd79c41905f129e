package org.attunedb.server.llm;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Material within prompts, marked by tags so that a model can tell it from instructions. Stateless.
 *
 * <p>Passages are called p1, p2 and so on. Their own ids can be long and hold anything: a model
 * would copy them wrongly, and whoever chose them could speak to it.
 */
public final class PromptText {
  private static final Pattern TAG =
      Pattern.compile(
          "<(?=\\s*/?\\s*(?:passage|question|answer|count)\\b)", Pattern.CASE_INSENSITIVE);

  private PromptText() {}

  /** {@code <passage id="p1">…</passage>} for each, in order, by its label. */
  public static String passages(List<Passage> passages) {
    return IntStream.range(0, passages.size())
        .mapToObj(
            i ->
                "<passage id=\""
                    + label(i)
                    + "\">\n"
                    + inert(passages.get(i).text())
                    + "\n</passage>")
        .collect(Collectors.joining("\n"));
  }

  /**
   * What a passage is called in a prompt, and so in the answer.
   *
   * @param place from 0
   */
  public static String label(int place) {
    return "p" + (place + 1);
  }

  /** {@code <name>…</name>}. */
  public static String tagged(String name, String text) {
    return "<%s>%s</%s>".formatted(name, inert(text), name);
  }

  /** A text can't end its own mark, nor begin another. */
  private static String inert(String text) {
    return TAG.matcher(text).replaceAll("< ");
  }
}
