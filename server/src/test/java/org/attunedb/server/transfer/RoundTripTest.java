package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.Similarity;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out comes in again, bit for bit. */
class RoundTripTest {
  private static final int DIMENSION = 5;
  private static final List<String> ODD_IDS =
      List.of("../../x", "a/b", "😀", "\u05d0\u05d1", " a ", "\uFEFFid", "x\u2028y", "\"\\");

  @TempDir private Path temp;

  @ParameterizedTest
  @EnumSource
  void jsonl_randomDocuments_areTheSameAfterARoundTrip(Similarity similarity) throws IOException {
    CollectionSpec spec = CollectionSpec.vectors(DIMENSION, similarity);
    Stores.create(temp.resolve("a"), "docs", spec, randomDocuments(similarity.name().hashCode()));

    roundTrip("jsonl", DIMENSION + ":" + similarity.name().toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void jsonl_lexicalCollection_isTheSameAfterARoundTrip() throws IOException {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      documents.add(Document.of("d" + i, "red apple number " + i, Metadata.of("n", "é" + i)));
    }
    documents.add(Document.of("without features", "?!"));
    Stores.create(temp.resolve("a"), "docs", CollectionSpec.lexical(), documents);

    roundTrip("jsonl", "lexical");
  }

  private void roundTrip(String format, String spec) throws IOException {
    Path file = temp.resolve("docs." + format);
    Path again = temp.resolve("again." + format);

    CliRun exported =
        CliRun.of("export", "--store", temp.resolve("a"), "--collection", "docs", file);
    CliRun imported =
        CliRun.of(
            "import", "--store", temp.resolve("b"), "--collection", "docs", "--create", spec, file);
    CliRun exportedAgain =
        CliRun.of("export", "--store", temp.resolve("b"), "--collection", "docs", again);

    List<Document> before = Stores.documents(temp.resolve("a"), "docs");
    assertThat(exported.out())
        .as(exported.err())
        .isEqualTo("exported %s documents of 'docs'%n".formatted(before.size()));
    assertThat(imported.out())
        .as(imported.err())
        .isEqualTo("imported %s documents into 'docs'%n".formatted(before.size()));
    assertThat(Stores.documents(temp.resolve("b"), "docs")).isEqualTo(before);
    assertThat(exportedAgain.code()).isZero();
    assertThat(again).hasSameBinaryContentAs(file);
    assertThat(Files.readAllLines(file)).hasSize(before.size());
  }

  @Test
  void beir_textsTitlesAndMetadata_areTheSameAfterARoundTrip() {
    List<Document> documents = new ArrayList<>();
    RandomMetadata metadata = new RandomMetadata(new SplittableRandom(3));
    for (int i = 0; i < 200; i++) {
      documents.add(Document.of("d" + i, metadata.text(), metadata.metadata()));
    }
    documents.add(Document.of("t1", "Frogs\nThey leap.", Metadata.of("title", "Frogs")));
    documents.add(Document.of("t2", "They leap.", Metadata.of("title", "Frogs")));
    documents.add(Document.of("t3", "Frogs", Metadata.of("title", "Frogs")));
    documents.add(Document.of("t4", "\nFrogs", Metadata.of("title", "")));
    documents.add(Document.of("t5", "7\nx", Metadata.builder().put("title", 7).build()));
    CollectionSpec spec = CollectionSpec.vectors(2, Similarity.COSINE);
    Stores.create(temp.resolve("a"), "docs", spec, documents);

    CliRun exported =
        CliRun.of(
            "export",
            "--store",
            temp.resolve("a"),
            "--collection",
            "docs",
            "--format",
            "beir",
            temp.resolve("out"));
    CliRun imported =
        CliRun.of(
            "import",
            "--store",
            temp.resolve("b"),
            "--collection",
            "docs",
            "--create",
            "2:cosine",
            temp.resolve("out"));

    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(Stores.documents(temp.resolve("b"), "docs"))
        .isEqualTo(Stores.documents(temp.resolve("a"), "docs"))
        .hasSize(205);
  }

  @Test
  void beir_export_takesTheTitleFromTheText() throws IOException {
    Stores.create(
        temp.resolve("a"),
        "docs",
        CollectionSpec.lexical(),
        List.of(
            Document.of(
                "d1",
                "Frogs\nThey leap.",
                Metadata.builder().put("title", "Frogs").put("n", 1).build())));

    CliRun.of(
        "export",
        "--store",
        temp.resolve("a"),
        "--collection",
        "docs",
        "--format",
        "beir",
        temp.resolve("out"));

    assertThat(temp.resolve("out/corpus.jsonl"))
        .hasContent(
            "{\"_id\":\"d1\",\"title\":\"Frogs\",\"text\":\"They leap.\",\"metadata\":{\"n\":1}}\n");
  }

  @Test
  void fvecs_vectorsAndIds_areTheSameAfterARoundTrip() {
    List<Document> documents =
        randomDocuments(5).stream()
            .filter(document -> document.embedding() != null)
            .map(d -> new Document(d.id(), null, Metadata.empty(), d.embedding()))
            .toList();
    CollectionSpec spec = CollectionSpec.vectors(DIMENSION, Similarity.EUCLIDEAN);
    Stores.create(temp.resolve("a"), "docs", spec, documents);
    Path vectors = temp.resolve("v.fvecs");
    Path ids = temp.resolve("ids.txt");

    CliRun exported =
        CliRun.of(
            "export",
            "--store",
            temp.resolve("a"),
            "--collection",
            "docs",
            "--format",
            "fvecs",
            "--ids",
            ids,
            vectors);
    CliRun imported =
        CliRun.of(
            "import",
            "--store",
            temp.resolve("b"),
            "--collection",
            "docs",
            "--create",
            DIMENSION + ":euclidean",
            "--ids",
            ids,
            vectors);

    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(vectors).hasSize((4L + 4 * DIMENSION) * documents.size());
    assertThat(Stores.documents(temp.resolve("b"), "docs"))
        .isEqualTo(Stores.documents(temp.resolve("a"), "docs"))
        .hasSameSizeAs(documents);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void export_vectors_canBeLeftOut(boolean leftOut) throws IOException {
    Document document = new Document("a", "x", Metadata.empty(), Embedding.of(3, 4));
    CollectionSpec spec = CollectionSpec.vectors(2, Similarity.DOT_PRODUCT);
    Stores.create(temp.resolve("a"), "docs", spec, List.of(document));
    Path file = temp.resolve("docs.jsonl");
    List<Object> arguments =
        new ArrayList<>(List.of("export", "--store", temp.resolve("a"), "--collection", "docs"));
    if (leftOut) {
      arguments.add("--no-vectors");
    }
    arguments.add(file);

    assertThat(CliRun.of(arguments.toArray()).code()).isZero();
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"id\":\"a\",\"text\":\"x\"" + (leftOut ? "" : ",\"embedding\":[3.0,4.0]") + "}\n");
  }

  /** More than a page, with vectors or texts or both; sorted by nothing. */
  private static List<Document> randomDocuments(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RandomMetadata metadata = new RandomMetadata(random);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String id = i < ODD_IDS.size() ? ODD_IDS.get(i) : Long.toHexString(random.nextLong());
      String text = random.nextInt(3) == 0 ? null : metadata.text() + "\n" + i;
      Embedding embedding = text != null && random.nextInt(3) == 0 ? null : vector(random);
      documents.add(new Document(id, text, metadata.metadata(), embedding));
    }
    return documents;
  }

  private static Embedding vector(SplittableRandom random) {
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-12, 12)));
    }
    return Embedding.of(components);
  }
}
