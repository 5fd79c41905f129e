package org.attunedb.server.ingest.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.ingest.extract.StructuredText;
import org.attunedb.server.ingest.extract.StructuredText.Block;
import org.attunedb.server.ingest.extract.StructuredText.Heading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextSplitterTest {
  /** Words, punctuation, pairs of surrogates, a family of five code points, a flag, an accent. */
  private static final List<String> WORDS =
      List.of(
          "a",
          "word",
          "antidisestablishmentarianism",
          "。",
          "漢字",
          "😀",
          "👨‍👩‍👧",
          "🇩🇪",
          "e\u0301",
          ".",
          "-",
          "`x`",
          "Ünïcödé");

  private static final List<String> GAPS = List.of(" ", " ", " ", "\n", "\n\n", ". ", "", "\t");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void split_randomTexts_coversEveryCharacterWithinTheLimit(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < 200; i++) {
      StructuredText text = text(random, random.nextInt(1, 300));
      int max = random.nextInt(16, 200);
      SplitOptions options =
          new SplitOptions(max, random.nextInt(0, max / 2 + 1), SplitOptions.DEFAULT_SEPARATORS);

      List<Chunk> chunks = new TextSplitter(options).split(text);

      requireCover(text.text(), chunks, options);
      requireWholeCharacters(text.text(), chunks);
      requireWholeBlocks(text, chunks, max - options.overlap());
      assertThat(new TextSplitter(options).split(text)).isEqualTo(chunks);
    }
  }

  private static void requireCover(String text, List<Chunk> chunks, SplitOptions options) {
    int covered = 0;
    int previousCore = 0;
    StringBuilder cores = new StringBuilder();
    for (Chunk chunk : chunks) {
      assertThat(chunk.coreStart()).isEqualTo(covered);
      assertThat(chunk.end()).isGreaterThan(chunk.coreStart());
      assertThat(chunk.of(text).length()).isLessThanOrEqualTo(options.maxChars());
      assertThat(chunk.coreStart() - chunk.start()).isBetween(0, options.overlap());
      assertThat(chunk.start()).isGreaterThanOrEqualTo(previousCore);
      cores.append(text, chunk.coreStart(), chunk.end());
      covered = chunk.end();
      previousCore = chunk.coreStart();
    }
    assertThat(cores.toString()).isEqualTo(text);
  }

  private static void requireWholeCharacters(String text, List<Chunk> chunks) {
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    for (Chunk chunk : chunks) {
      assertThat(characters.isBoundary(chunk.start())).as("start %s", chunk).isTrue();
      assertThat(characters.isBoundary(chunk.end())).as("end %s", chunk).isTrue();
    }
  }

  private static void requireWholeBlocks(StructuredText text, List<Chunk> chunks, int room) {
    for (Block block : text.blocks()) {
      if (block.end() - block.start() > room) {
        continue;
      }
      for (Chunk chunk : chunks) {
        assertThat(chunk.end() <= block.start() || chunk.end() >= block.end())
            .as("%s ends within %s", chunk, block)
            .isTrue();
        assertThat(chunk.start() <= block.start() || chunk.start() >= block.end())
            .as("%s begins within %s", chunk, block)
            .isTrue();
      }
    }
  }

  private static StructuredText text(RandomGenerator random, int words) {
    StringBuilder text = new StringBuilder();
    List<Heading> headings = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < words; i++) {
      int kind = random.nextInt(20);
      if (kind == 0) {
        text.append("\n\n");
        headings.add(new Heading(text.length(), random.nextInt(1, 7), "h" + i));
        text.append("# h").append(i).append("\n\n");
      } else if (kind == 1) {
        text.append("\n\n");
        int start = text.length();
        text.append("```\n").append("code line\n".repeat(random.nextInt(1, 30))).append("```");
        blocks.add(new Block(start, text.length()));
        text.append("\n\n");
      } else {
        text.append(WORDS.get(random.nextInt(WORDS.size())));
        text.append(GAPS.get(random.nextInt(GAPS.size())));
      }
    }
    return new StructuredText("t", text.toString(), headings, blocks, List.of());
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void split_textThatGrowsAtItsEnd_keepsItsEarlierChunks(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    TextSplitter splitter = new TextSplitter(new SplitOptions(100, 20, List.of("\n\n", " ")));
    for (int i = 0; i < 100; i++) {
      String text = text(random, 200).text();
      List<Chunk> before = splitter.split(StructuredText.plain("t", text));
      List<Chunk> after = splitter.split(StructuredText.plain("t", text + " and more words"));

      int stable = before.size() - 2;
      assertThat(after.subList(0, stable)).isEqualTo(before.subList(0, stable));
    }
  }

  @Test
  void split_shortText_isOneChunk() {
    assertThat(defaults("a text")).containsExactly("a text");
    assertThat(defaults("")).isEmpty();
  }

  private static List<String> defaults(String text) {
    return texts(text, SplitOptions.defaults());
  }

  private static List<String> texts(String text, SplitOptions options) {
    return new TextSplitter(options)
        .split(StructuredText.plain("t", text)).stream().map(chunk -> chunk.of(text)).toList();
  }

  @Test
  void split_separators_areTakenInTheirOrder() {
    String text = "One two. Three four\nfive six\n\nseven eight nine ten eleven";

    assertThat(texts(text, new SplitOptions(32, 0, List.of("\n\n", "\n", ". ", " "))))
        .startsWith("One two. Three four\nfive six\n\n");
    assertThat(texts(text, new SplitOptions(32, 0, List.of(". ", "\n\n")))).startsWith("One two. ");
    assertThat(texts(text, new SplitOptions(16, 0, List.of("|"))))
        .allMatch(chunk -> chunk.length() <= 16)
        .startsWith("One two. Three f");
  }

  @Test
  void split_overlap_repeatsWholeWordsOfTheChunkBefore() {
    String text = "alpha beta gamma delta epsilon zeta eta theta iota kappa";

    List<String> chunks = texts(text, new SplitOptions(24, 8, List.of(" ")));

    assertThat(chunks).startsWith("alpha beta gamma delta ", "delta epsilon zeta eta ");
  }

  @Test
  void split_headings_areThePathOfEachChunk() {
    String body = "words ".repeat(12);
    String text =
        "# A\n\n" + body + "\n\n## B\n\n" + body + "\n\n## C\n\n" + body + "\n\n# D\n\n" + body;
    List<Heading> headings =
        List.of(
            new Heading(0, 1, "A"),
            new Heading(text.indexOf("## B"), 2, "B"),
            new Heading(text.indexOf("## C"), 2, "C"),
            new Heading(text.indexOf("# D"), 1, "D"));
    StructuredText structured = new StructuredText("t", text, headings, List.of(), List.of());

    List<Chunk> chunks =
        new TextSplitter(new SplitOptions(100, 0, SplitOptions.DEFAULT_SEPARATORS))
            .split(structured);

    assertThat(chunks.stream().map(Chunk::headings))
        .containsExactly(List.of("A"), List.of("A", "B"), List.of("A", "C"), List.of("D"));
    assertThat(chunks.get(1).of(text)).startsWith("## B");
  }

  @Test
  void split_codeLongerThanAChunk_isCutAtItsLines() {
    String code = "```\n" + "int x = 1;\n".repeat(20) + "```";
    StructuredText text =
        new StructuredText("t", code, List.of(), List.of(new Block(0, code.length())), List.of());

    List<Chunk> chunks =
        new TextSplitter(new SplitOptions(50, 0, SplitOptions.DEFAULT_SEPARATORS)).split(text);

    assertThat(chunks).hasSizeGreaterThan(3);
    assertThat(chunks.subList(0, chunks.size() - 1))
        .allMatch(chunk -> chunk.of(code).endsWith("\n"));
  }

  @Test
  void split_longestTextWithoutAnySeparator_takesNoTimeWorthTelling() {
    String text = "x".repeat(1 << 20);

    long start = System.nanoTime();
    int chunks = defaults(text).size();

    assertThat(chunks).isEqualTo(270);
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
  }

  @Test
  void options_outOfRange_areRefused() {
    assertThatThrownBy(() -> new SplitOptions(15, 0, List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("chunk size is 15, expected 16 to 1048576");
    assertThatThrownBy(() -> new SplitOptions(100, 51, List.of()))
        .hasMessage("overlap is 51, expected 0 to 50");
    assertThatThrownBy(() -> new SplitOptions(100, 0, List.of("")))
        .hasMessage("a separator is empty, expected at least one character");
  }
}
