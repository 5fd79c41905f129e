package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.index.Rankings.assertRanking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.index.Vectors.Scored;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keyword ranking against BM25 written down plainly. */
class KeywordSearchTest extends StoreTest {
  private static final double K1 = 0.9;
  private static final double B = 0.4;

  /** Made up, so that neither stemming nor stop words change them. */
  private static final List<String> WORDS =
      List.of("blorp", "zant", "quim", "vrok", "plux", "drin", "gax", "mub", "tolk", "werf");

  private final SplittableRandom random = new SplittableRandom(5);
  private final Map<String, List<String>> texts = new TreeMap<>();
  private VectorCollection collection;

  @BeforeEach
  void fill() {
    collection = attune.createCollection("words", CollectionSpec.vectors(2, Similarity.COSINE));
    List<Document> batch = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      // Up to 39 words: such lengths are kept exactly.
      List<String> words = words(1 + random.nextInt(39));
      texts.put("d" + i, words);
      Metadata metadata = Metadata.builder().put("n", i).build();
      batch.add(Document.of("d" + i, String.join(" ", words), metadata));
      if (batch.size() == 70) {
        collection.upsert(batch);
        batch.clear();
      }
    }
    collection.upsert(batch);
    assertThat(collection.stats().segments()).isGreaterThan(1);
  }

  /** Earlier words are more frequent. */
  private List<String> words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> WORDS.get(Math.min(random.nextInt(10), random.nextInt(10))))
        .toList();
  }

  @Test
  void search_keywords_equalsNaiveBm25() {
    for (int q = 0; q < 60; q++) {
      List<String> query = words(1 + random.nextInt(6));

      SearchResponse response = collection.search(keywords(query).k(1_000).build());

      List<Scored> expected = bm25(query);
      assertRanking(response.hits(), expected, 1_000, 1e-5);
      assertThat(response.stats().plan()).isEqualTo(Plan.NONE);
      assertThat(response.stats().visited()).isZero();
      assertThat(
              collection.search(keywords(query).k(7).build()).hits().stream()
                  .map(hit -> hit.score())
                  .toList())
          .isEqualTo(response.hits().stream().limit(7).map(hit -> hit.score()).toList());
    }
  }

  @Test
  void search_keywordsWithFilter_keepsTheScoresOfAllDocuments() {
    Filter filter = new Filter.Lt("n", MetadataValue.of(50));
    for (int q = 0; q < 20; q++) {
      List<String> query = words(3);

      SearchResponse response = collection.search(keywords(query).k(1_000).filter(filter).build());

      List<Scored> expected =
          bm25(query).stream().filter(s -> Integer.parseInt(s.id().substring(1)) < 50).toList();
      assertRanking(response.hits(), expected, 1_000, 1e-5);
    }
  }

  @Test
  void search_repeatedQueryWord_countsAsOften() {
    float once = topScore(List.of("werf"));
    float thrice = topScore(List.of("werf", "werf", "werf"));

    assertThat(thrice).isEqualTo(3 * once);
  }

  private float topScore(List<String> query) {
    return collection.search(keywords(query).k(1).build()).hits().getFirst().score();
  }

  @Test
  void search_inflectedWords_areFoundByTheirStem() {
    collection.upsert(List.of(Document.of("english", "The printers were printing.")));

    assertThat(collection.search(keywords(List.of("Printed")).build()).ids())
        .containsExactly("english");
  }

  @Test
  void search_stopWordsOrUnknownWords_findsNothingAndSaysSo() {
    for (List<String> query :
        List.of(List.of("the", "of"), List.of("unheard"), List.of(" ?! "), List.of(""))) {
      SearchResponse response = collection.search(keywords(query).build());

      assertThat(response.hits()).isEmpty();
      assertThat(response.stats().warnings())
          .containsExactly("no word of the query occurs in the collection: no keyword ranking");
    }
  }

  @Test
  void search_unknownWordsBesideKnownOnes_changeNothing() {
    List<String> query = List.of("blorp", "werf");
    List<String> more = List.of("blorp", "unheard", "werf", "the");

    assertThat(collection.search(keywords(more).k(50).build()).hits())
        .isEqualTo(collection.search(keywords(query).k(50).build()).hits());
  }

  @Test
  void search_querySyntax_isPlainText() {
    List<String> query = List.of("blorp^5", "AND", "-zant", "\"quim vrok\"", "te*", "_id:d1", "(");
    List<String> plain = List.of("blorp", "5", "zant", "quim", "vrok", "te", "id", "d1");

    assertThat(collection.search(keywords(query).k(50).build()).hits())
        .isEqualTo(collection.search(keywords(plain).k(50).build()).hits());
  }

  @Test
  void search_queryOfThousandsOfWords_isAnswered() {
    List<Document> rare =
        IntStream.range(0, 2_000)
            .mapToObj(i -> Document.of("rare" + i, "w" + Integer.toString(i, 36) + "q"))
            .toList();
    collection.upsert(rare);
    List<String> query = rare.stream().map(d -> String.valueOf(d.text())).toList();

    Filter filter =
        new Filter.Nin(
            "n", IntStream.range(0, 1_023).mapToObj(i -> MetadataValue.of((long) i)).toList());
    SearchResponse response = collection.search(keywords(query).k(5_000).filter(filter).build());

    assertThat(response.hits()).hasSizeBetween(256, 2_000);
  }

  @Test
  void search_anyAdapterChoice_isIgnored() {
    SearchRequest.Builder request =
        keywords(List.of("blorp")).adapter(AdapterChoice.version("v99"));

    assertThat(collection.search(request.build()).stats().adapterVersion()).isNull();
  }

  private static SearchRequest.Builder keywords(List<String> words) {
    return SearchRequest.text(String.join(" ", words)).mode(SearchMode.KEYWORD);
  }

  /**
   * The sum over the query's words, as often as they occur, of {@code ln(1 + (N - df + 0.5) / (df +
   * 0.5)) · tf / (tf + k1·(1 - b + b·length / mean length))}: Robertson and Zaragoza, 2009, with
   * Lucene's idf and without the constant factor k1 + 1.
   */
  private List<Scored> bm25(List<String> query) {
    double meanLength = texts.values().stream().mapToInt(List::size).average().orElse(0);
    List<Scored> scored = new ArrayList<>();
    texts.forEach(
        (id, text) -> {
          double score = 0;
          for (String word : query) {
            double df = texts.values().stream().filter(t -> t.contains(word)).count();
            double tf = text.stream().filter(word::equals).count();
            double idf = Math.log(1 + (texts.size() - df + 0.5) / (df + 0.5));
            score += idf * tf / (tf + K1 * (1 - B + B * text.size() / meanLength));
          }
          if (score > 0) {
            scored.add(new Scored(id, score));
          }
        });
    scored.sort(Vectors.bestFirst());
    return scored;
  }
}
