package org.attunedb.index.lexical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.TermStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in embedder's vectors never change, because collections keep them. */
class LexicalEmbedderTest {
  private final LexicalEmbedder embedder = new LexicalEmbedder();

  /** Frequencies given by the test. */
  private record Fixed(long documentCount, Map<String, Long> words, Map<String, Long> grams)
      implements TermStatistics {
    @Override
    public long wordFrequency(String word) {
      return words.getOrDefault(word, 0L);
    }

    @Override
    public long gramFrequency(String gram) {
      return grams.getOrDefault(gram, 0L);
    }
  }

  private Embedding document(String text) {
    return embedder.embedDocuments(List.of(text)).getFirst();
  }

  private static Embedding query(Embedder with, String text) {
    return with.embedQueries(List.of(text)).getFirst();
  }

  /** If this fails, the formula has changed: give the embedder a new name, or mend it. */
  @Test
  void embed_knownText_hasTheRecordedComponents() {
    Embedding vector =
        document("The printer's queue is stuck: parseHttpHeader_v2 fails, printing 2 pages twice.");

    assertThat(embedder.info().name()).isEqualTo("attune-lexical-1");
    assertThat(vector.dimension()).isEqualTo(1024);
    assertThat(IntStream.range(0, 1024).filter(i -> vector.get(i) != 0).count()).isEqualTo(363);
    assertThat(hash(vector)).isEqualTo(834_262_790);
  }

  /** Of the components rounded to 1e-5, so that the order of additions does not matter. */
  private static int hash(Embedding vector) {
    return Arrays.hashCode(
        IntStream.range(0, vector.dimension())
            .map(i -> Math.round(vector.get(i) * 1e5f))
            .toArray());
  }

  @Test
  void embed_sameText_givesTheSameBits() {
    String text = "one two three four five six seven eight nine ten, one two three";

    assertThat(new LexicalEmbedder().embedDocuments(List.of("x", text)).get(1))
        .isEqualTo(document(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t", "?!", "the of and", "😀", "...", "\u0000"})
  void embed_textWithoutAWord_isTheZeroVectorOrFinite(String text) {
    Embedding vector = document(text);

    assertThat(vector.norm())
        .satisfiesAnyOf(n -> assertThat(n).isZero(), n -> assertThat(n).isCloseTo(1, within(1e-5)));
  }

  @Test
  void embed_anyText_isOfUnitLengthOrZero() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = random.nextInt(200); c > 0; c--) {
        text.appendCodePoint(
            random.nextInt(4) == 0 ? ' ' : random.nextInt(random.nextInt(4) == 0 ? 0xD800 : 0x80));
      }

      double norm = document(text.toString()).norm();

      assertThat(norm == 0 || Math.abs(norm - 1) < 1e-5).as("norm %s", norm).isTrue();
    }
    assertThat(document("word ".repeat(200_000)).norm()).isCloseTo(1, within(1e-5));
    assertThat(document("w".repeat(1 << 20)).norm()).isCloseTo(1, within(1e-5));
  }

  @Test
  void embedQueries_oneKnownWord_isItsEightPositions() {
    Embedder known = embedder.withStatistics(new Fixed(10, Map.of("blorp", 2L), Map.of()));

    assertThat(magnitudes(query(known, "blorp zant blorp")))
        .hasSize(8)
        .allSatisfy(m -> assertThat(m).isCloseTo(1 / Math.sqrt(8), within(1e-6)));
  }

  @Test
  void embedQueries_twoKnownWords_areWeightedByTheirIdf() {
    Embedder known =
        embedder.withStatistics(new Fixed(100, Map.of("blorp", 2L, "zant", 50L), Map.of()));
    double rare = Math.log(1 + 98.5 / 2.5);
    double frequent = Math.log(1 + 50.5 / 50.5);
    double norm = Math.sqrt(8 * (rare * rare + frequent * frequent));

    List<Double> magnitudes = magnitudes(query(known, "zant blorp"));

    assertThat(magnitudes).hasSize(16);
    for (int i = 0; i < 16; i++) {
      assertThat(magnitudes.get(i)).isCloseTo((i < 8 ? frequent : rare) / norm, within(1e-6));
    }
  }

  @Test
  void embedQueries_repeatedWord_saturates() {
    Embedder known =
        embedder.withStatistics(new Fixed(100, Map.of("blorp", 9L, "zant", 9L), Map.of()));
    // Three times tf: 3·3/(3+2) against 3·1/(1+2).
    double norm = Math.sqrt(8 * (1.8 * 1.8 + 1));

    List<Double> magnitudes = magnitudes(query(known, "zant zant blorp zant"));

    assertThat(magnitudes).hasSize(16);
    assertThat(magnitudes.get(0)).isCloseTo(1 / norm, within(1e-6));
    assertThat(magnitudes.get(15)).isCloseTo(1.8 / norm, within(1e-6));
  }

  @Test
  void embedQueries_wordAndGram_countOneToHalf() {
    Embedder known =
        embedder.withStatistics(new Fixed(100, Map.of("blorp", 9L), Map.of("^blo", 9L)));
    double norm = Math.sqrt(8 * (1 + 0.25));

    List<Double> magnitudes = magnitudes(query(known, "blorp"));

    assertThat(magnitudes).hasSize(16);
    assertThat(magnitudes.get(0)).isCloseTo(0.5 / norm, within(1e-6));
    assertThat(magnitudes.get(15)).isCloseTo(1 / norm, within(1e-6));
  }

  @Test
  void embedQueries_noKnownWord_isZero() {
    Embedder none = embedder.withStatistics(new Fixed(100, Map.of(), Map.of()));
    Embedder empty = embedder.withStatistics(new Fixed(0, Map.of(), Map.of()));

    assertThat(query(none, "blorp zant").isZero()).isTrue();
    assertThat(query(empty, "blorp zant").isZero()).isTrue();
  }

  @Test
  void embedQueries_wordInEveryDocument_stillCounts() {
    Embedder known = embedder.withStatistics(new Fixed(7, Map.of("blorp", 7L), Map.of()));

    assertThat(query(known, "blorp").norm()).isCloseTo(1, within(1e-6));
  }

  @Test
  void embed_nearSpellings_areCloserThanOthers() {
    Embedding printer = document("printer");

    assertThat(printer.dot(document("printers"))).isGreaterThan(0.6);
    assertThat(printer.dot(document("pritner"))).isBetween(0.05, 0.6);
    assertThat(Math.abs(printer.dot(document("zebra")))).isLessThan(0.2);
  }

  /** Ascending, zeros left out. */
  private static List<Double> magnitudes(Embedding vector) {
    return IntStream.range(0, vector.dimension())
        .mapToDouble(i -> Math.abs(vector.get(i)))
        .filter(m -> m > 0)
        .sorted()
        .boxed()
        .toList();
  }
}
