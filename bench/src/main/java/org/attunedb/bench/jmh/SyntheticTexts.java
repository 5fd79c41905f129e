package org.attunedb.bench.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;

/**
 * Texts of invented words whose frequencies follow Zipf's law, as those of natural languages do:
 * the word of rank r is drawn in proportion to 1/r. The same seed always gives the same texts. Not
 * thread-safe.
 */
final class SyntheticTexts {
  private static final int VOCABULARY = 20_000;

  /** Queries are about something: they have none of the words that are in nearly every document. */
  private static final int COMMON_WORDS = 50;

  private static final String[] ONSETS = {
    "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pl"
  };
  private static final String[] VOWELS = {"a", "e", "i", "o", "u", "ai", "ou", "ea"};

  private final SplittableRandom random;
  private final List<String> words = words(new SplittableRandom(VOCABULARY));
  private final double[] cumulative;

  /** Texts of the one vocabulary; the seed decides which words they have. */
  SyntheticTexts(long seed) {
    random = new SplittableRandom(seed);
    cumulative = new double[VOCABULARY];
    double sum = 0;
    for (int i = 0; i < VOCABULARY; i++) {
      sum += 1.0 / (i + 1);
      cumulative[i] = sum;
    }
  }

  private static List<String> words(SplittableRandom random) {
    Set<String> words = new LinkedHashSet<>();
    while (words.size() < VOCABULARY) {
      StringBuilder word = new StringBuilder();
      int syllables = 2 + random.nextInt(3);
      for (int i = 0; i < syllables; i++) {
        word.append(ONSETS[random.nextInt(ONSETS.length)])
            .append(VOWELS[random.nextInt(VOWELS.length)]);
      }
      words.add(word.toString());
    }
    return List.copyOf(words);
  }

  /** Documents of 50 to 149 words with two metadata values. */
  List<Document> documents(int count) {
    List<Document> documents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Metadata metadata =
          Metadata.builder().put("shelf", words.get(i % 20)).put("year", 2000L + i % 25).build();
      documents.add(Document.of("doc-" + i, text(50 + random.nextInt(100)), metadata));
    }
    return documents;
  }

  /** Texts of so many words. */
  List<String> texts(int count, int length) {
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(text(length));
    }
    return texts;
  }

  /** Queries of so many words. */
  List<String> queries(int count, int length) {
    List<String> queries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      queries.add(words(length, COMMON_WORDS));
    }
    return queries;
  }

  private String text(int length) {
    return words(length, 0);
  }

  private String words(int length, int firstRank) {
    double skipped = firstRank == 0 ? 0 : cumulative[firstRank - 1];
    List<String> drawn = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      double point = skipped + random.nextDouble() * (cumulative[VOCABULARY - 1] - skipped);
      int found = Arrays.binarySearch(cumulative, point);
      drawn.add(words.get(Math.min(VOCABULARY - 1, found < 0 ? -found - 1 : found)));
    }
    return String.join(" ", drawn);
  }
}
