package org.attunedb.server.questions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.server.llm.Spending;

/**
 * Makes questions of the documents' own words: title and headings, the first sentence, and crops,
 * which are runs of words out of the text (Lee et al., Latent Retrieval for Weakly Supervised Open
 * Domain Question Answering, 2019, section 4, ask with a sentence for the passage around it;
 * Izacard et al., Unsupervised Dense Information Retrieval with Contrastive Learning, 2022, section
 * 3.1, with a random run of words). Which kind comes first differs from document to document.
 * Immutable.
 */
final class CroppedQuestions implements QuestionWriter {
  private static final int SHORTEST_CROP = 5;
  private static final int SHORTEST_SENTENCE = 3;
  private static final int LONGEST_CROP = 16;
  private static final int LONGEST_SENTENCE = 40;

  private final long seed;

  CroppedQuestions(long seed) {
    this.seed = seed;
  }

  @Override
  public void describe(ObjectNode record) {
    record.put("writer", "without-llm");
  }

  @Override
  public String shown(String text) {
    return text;
  }

  @Override
  public Written write(Document document, String text, int count, String style) {
    // The generator's sequence is part of Java's specification; the same seed crops the same.
    Random random = new Random(seed ^ Hashes.number(document.id(), 0));
    String heading = heading(document.metadata());
    List<Draft> first = new ArrayList<>();
    if (!heading.isEmpty()) {
      first.add(draft(heading, Origin.HEADING));
    }
    String body = withoutTitle(text, document.metadata());
    firstSentence(body).ifPresent(sentence -> first.add(draft(sentence, Origin.FIRST_SENTENCE)));
    List<String> words = Arrays.stream(body.split("\\s+")).filter(w -> !w.isEmpty()).toList();
    crop(words, random).ifPresent(crop -> first.add(draft(crop, Origin.CROP)));
    Collections.shuffle(first, random);
    List<Draft> drafts = new ArrayList<>(first);
    while (drafts.size() < count) {
      Optional<String> crop = crop(words, random);
      if (crop.isEmpty()) {
        break;
      }
      drafts.add(draft(crop.get(), Origin.CROP));
    }
    return new Written(drafts.stream().limit(count).toList(), Spending.none());
  }

  private static Draft draft(String text, Origin origin) {
    return new Draft(text, "", origin, "");
  }

  /** Title, then headings as ingestion keeps them, without repeating one of the other. */
  private static String heading(Metadata metadata) {
    List<String> parts = new ArrayList<>(metadata.text("title").stream().toList());
    metadata
        .get("headings")
        .ifPresent(
            value -> {
              switch (value) {
                case MetadataValue.TextList list -> parts.addAll(list.values());
                case MetadataValue.Text one -> parts.add(one.value());
                default -> {}
              }
            });
    return String.join(" ", parts.stream().map(String::strip).distinct().toList()).strip();
  }

  private static String withoutTitle(String text, Metadata metadata) {
    String title = metadata.text("title").orElse("");
    return !title.isEmpty() && text.startsWith(title) ? text.substring(title.length()) : text;
  }

  private static Optional<String> firstSentence(String text) {
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(text);
    int start = sentences.first();
    for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
      List<String> words =
          Arrays.stream(text.substring(start, end).split("\\s+"))
              .filter(word -> !word.isEmpty())
              .toList();
      if (words.size() >= SHORTEST_SENTENCE) {
        return Optional.of(String.join(" ", words.stream().limit(LONGEST_SENTENCE).toList()));
      }
      start = end;
    }
    return Optional.empty();
  }

  private static Optional<String> crop(List<String> words, Random random) {
    if (words.size() < 2 * SHORTEST_CROP) {
      return Optional.empty();
    }
    int longest = Math.min(LONGEST_CROP, words.size() / 2);
    int length = SHORTEST_CROP + random.nextInt(longest - SHORTEST_CROP + 1);
    int start = random.nextInt(words.size() - length + 1);
    return Optional.of(String.join(" ", words.subList(start, start + length)));
  }

  @Override
  public Spending estimate(String text, int count) {
    return Spending.none();
  }
}
