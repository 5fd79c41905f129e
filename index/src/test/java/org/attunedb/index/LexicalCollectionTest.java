package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts in collections of the built-in embedder and of others. */
class LexicalCollectionTest extends StoreTest {
  private static final String NO_VECTOR =
      "the query has no known word, so its vector is zero: no vector ranking";
  private static final String NO_KEYWORD =
      "no word of the query occurs in the collection: no keyword ranking";

  private VectorCollection collection;

  @BeforeEach
  void fill() {
    collection = attune.createCollection("notes", CollectionSpec.lexical());
    collection.upsert(
        List.of(
            Document.of("toner", "The printer is out of toner."),
            Document.of("paper", "The printer has a paper jam; the printer is stuck."),
            Document.of("code", "Call parseHttpHeader_v2 before XMLReader.readAll()."),
            Document.of("coffee", "Coffee is on the second floor."),
            Document.of("marks", "?!"),
            Document.of("empty", "")));
  }

  private SearchResponse search(String text, SearchMode mode) {
    return collection.search(SearchRequest.text(text).mode(mode).build());
  }

  @ParameterizedTest
  @EnumSource
  void search_text_findsTheDocumentThatSaysIt(SearchMode mode) {
    assertThat(search("paper jams", mode).ids()).first().isEqualTo("paper");
    assertThat(search("toner for printers", mode).ids()).first().isEqualTo("toner");
  }

  @Test
  void search_nearSpelling_isFoundByTheVector() {
    assertThat(search("cofee", SearchMode.VECTOR).ids()).first().isEqualTo("coffee");
    assertThat(search("cofee", SearchMode.KEYWORD).ids()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "parseHttpHeader_v2",
    "parseHttpHeader",
    "http header",
    "parse the header",
    "xml reader",
    "readAll",
    "XMLReader"
  })
  void search_partsOfIdentifiers_findThem(String query) {
    for (SearchMode mode : SearchMode.values()) {
      assertThat(search(query, mode).ids()).as(mode.name()).first().isEqualTo("code");
    }
  }

  @Test
  void search_rareWord_outweighsAFrequentOne() {
    List<String> found = search("printer toner", SearchMode.VECTOR).ids();

    assertThat(found.subList(0, 2)).containsExactly("toner", "paper");
  }

  @Test
  void search_idf_comesFromTheCollectionAsItIs() {
    float before = search("toner printer", SearchMode.VECTOR).hits().getFirst().score();
    collection.upsert(
        List.of(
            Document.of("t1", "toner"), Document.of("t2", "toner"), Document.of("t3", "toner")));

    SearchHit toner =
        search("toner printer", SearchMode.VECTOR).hits().stream()
            .filter(hit -> hit.id().equals("toner"))
            .findFirst()
            .orElseThrow();

    assertThat(toner.score()).isNotCloseTo(before, within(1e-3f));
  }

  @Test
  void search_unknownWords_findNothingAndSaySo() {
    SearchResponse vector = search("zzyzx qwqwq", SearchMode.VECTOR);
    SearchResponse hybrid = search("zzyzx qwqwq", SearchMode.HYBRID);

    assertThat(vector.hits()).isEmpty();
    assertThat(vector.stats().plan()).isEqualTo(Plan.NONE);
    assertThat(vector.stats().warnings()).containsExactly(NO_VECTOR);
    assertThat(hybrid.hits()).isEmpty();
    assertThat(hybrid.stats().warnings()).containsExactly(NO_VECTOR, NO_KEYWORD);
  }

  @ParameterizedTest
  @EnumSource
  void search_emptyText_findsNothing(SearchMode mode) {
    for (String text : List.of("", " ", "the", "😀😀", "?!")) {
      assertThat(search(text, mode).hits()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void search_anyQuery_hasFiniteScores(SearchMode mode) {
    for (String text : List.of("printer", "coffee printer toner", "prin", "2", "a b c", "v2")) {
      assertThat(search(text, mode).hits()).allSatisfy(hit -> assertThat(hit.score()).isFinite());
    }
  }

  @Test
  void upsert_textWithoutAWord_isKeptWithoutAVector() {
    assertThat(collection.count(null)).isEqualTo(6);
    assertThat(collection.get("marks").orElseThrow().embedding()).isNull();
    assertThat(collection.get("empty").orElseThrow().text()).isEmpty();
    assertThat(collection.get("toner").orElseThrow().embedding()).isNotNull();
    assertThat(search("printer", SearchMode.VECTOR).ids()).doesNotContain("marks", "empty");
  }

  @Test
  void upsert_ownVector_isTakenInPlaceOfTheText() {
    float[] components = new float[1024];
    components[9] = 2;

    collection.upsert(
        List.of(new Document("own", "printer", Metadata.empty(), Embedding.of(components))));

    components[9] = 1;
    assertThat(collection.get("own").orElseThrow().embedding()).isEqualTo(Embedding.of(components));
  }

  @Test
  void reopen_lexicalCollection_embedsWithoutBeingTold() {
    List<String> before = search("printer toner", SearchMode.HYBRID).ids();

    reopen();

    collection = attune.collection("notes");
    assertThat(search("printer toner", SearchMode.HYBRID).ids()).isEqualTo(before);
  }

  /** A model of one number: the text's length. */
  private record Length(String name, int dimension) implements Embedder {
    @Override
    public EmbedderInfo info() {
      return new EmbedderInfo(name, dimension);
    }

    @Override
    public List<Embedding> embedDocuments(List<String> texts) {
      return texts.stream().map(t -> Embedding.of(1, t.length())).toList();
    }

    @Override
    public List<Embedding> embedQueries(List<String> texts) {
      return embedDocuments(texts);
    }
  }

  @Test
  void otherEmbedder_reopenedWithAndWithout_isAskedForOnlyWhereNeeded() {
    Length model = new Length("length-1", 2);
    attune.createCollection("lengths", model).upsert(List.of(Document.of("a", "xxxx")));
    reopen();

    VectorCollection without = attune.collection("lengths");
    assertRefused(
            ErrorCode.EMBEDDER_MISSING, () -> without.search(SearchRequest.text("yyyy").build()))
        .withMessageContaining("'length-1'");
    assertRefused(
            ErrorCode.EMBEDDER_MISSING, () -> without.upsert(List.of(Document.of("b", "text"))))
        .withMessageContaining("'length-1'")
        .withMessageContaining("'b'");
    assertThat(without.search(SearchRequest.vector(Embedding.of(1, 4)).build()).ids())
        .containsExactly("a");
    VectorCollection with = attune.collection("lengths", model);
    assertThat(with.search(SearchRequest.text("yyyy").build()).hits())
        .singleElement()
        .satisfies(hit -> assertThat(hit.score()).isCloseTo(1, within(1e-6f)));
  }

  @Test
  void otherEmbedder_anotherNameOrDimension_isRefusedWithBoth() {
    attune.createCollection("lengths", new Length("length-1", 2));

    for (Length other : List.of(new Length("length-2", 2), new Length("length-1", 3))) {
      assertRefused(ErrorCode.EMBEDDER_MISMATCH, () -> attune.collection("lengths", other))
          .withMessageContaining("'length-1'")
          .withMessageContaining("'" + other.name() + "'");
    }
  }

  @Test
  void otherEmbedder_vectorsOfAWrongDimension_areRefusedAndNothingIsWritten() {
    VectorCollection broken = attune.createCollection("broken", new Length("length-9", 3));

    assertRefused(
            ErrorCode.DIMENSION_MISMATCH, () -> broken.upsert(List.of(Document.of("a", "text"))))
        .withMessageContaining("'a'");
    assertThat(broken.count(null)).isZero();
  }
}
