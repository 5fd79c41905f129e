package org.attunedb.server.llm;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Material within prompts, marked by tags so that a model can tell it from instructions. Stateless.
 */
public final class PromptText {
  private PromptText() {}

  /** {@code <passage id="…">…</passage>} for each, in order. */
  public static String passages(List<Passage> passages) {
    return passages.stream().map(PromptText::passage).collect(Collectors.joining("\n"));
  }

  private static String passage(Passage passage) {
    return "<passage id=\"%s\">\n%s\n</passage>"
        .formatted(passage.id().replace("\"", "'"), inert(passage.text()));
  }

  /** {@code <name>…</name>}. */
  public static String tagged(String name, String text) {
    return "<%s>%s</%s>".formatted(name, inert(text), name);
  }

  /** A text can't end its own mark, nor begin another. */
  private static String inert(String text) {
    return text.replaceAll("<(?=/?(?:passage|question|answer|count)\\b)", "< ");
  }
}
