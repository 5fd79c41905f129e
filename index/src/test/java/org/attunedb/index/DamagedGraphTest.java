package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searches that come by damage which nobody looked for when the store was opened. */
@Timeout(120)
class DamagedGraphTest {
  private static final int DOCUMENTS = 3_000;
  private static final int DIMENSION = 16;

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(3);
  private final List<Embedding> vectors =
      IntStream.range(0, DOCUMENTS).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();

  private void fill(VectorFormat format) {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things =
          attune.createCollection(
              "things",
              CollectionSpec.vectors(DIMENSION, Similarity.COSINE).withVectorFormat(format));
      List<Document> documents = new ArrayList<>();
      for (int i = 0; i < DOCUMENTS; i++) {
        Metadata tenth = Metadata.builder().put("tenth", i % 10).build();
        documents.add(new Document("d" + i, null, tenth, vectors.get(i)));
      }
      things.upsert(documents);
      things.compact();
    }
  }

  private Path graph(String extension) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(extension)).findFirst().orElseThrow();
    }
  }

  /** Where the lowest level's first node begins, with the number of its neighbours. */
  private static int first(byte[] graph) {
    // Behind the header: a magic number, the codec's name, a version, an id and the suffix.
    int name = 4 + 1 + graph[4];
    int suffix = name + 4 + 16;
    return suffix + 1 + graph[suffix];
  }

  private static Consumer<byte[]> damage(String kind, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return switch (kind) {
      case "count" -> graph -> graph[first(graph)] = 127;
      case "most" ->
          graph -> {
            Arrays.fill(graph, first(graph), first(graph) + 4, (byte) 0xff);
            graph[first(graph) + 4] = 7;
          };
      case "negative" -> graph -> Arrays.fill(graph, first(graph), first(graph) + 5, (byte) 0xff);
      case "numbers" ->
          graph -> Arrays.fill(graph, first(graph) + 1, first(graph) + 12, (byte) 0xff);
      case "range" ->
          graph -> Arrays.fill(graph, graph.length / 8, graph.length / 8 * 5, (byte) 0x7f);
      case "zeros" -> graph -> Arrays.fill(graph, graph.length / 8, graph.length / 8 * 5, (byte) 0);
      case "noise" ->
          graph -> {
            for (int i = graph.length / 8; i < graph.length / 8 * 5; i++) {
              graph[i] = (byte) random.nextInt();
            }
          };
      case "offsets" ->
          graph -> {
            for (int i = graph.length * 15 / 16; i < graph.length - 16; i++) {
              graph[i] = (byte) random.nextInt();
            }
          };
      case "flips" ->
          graph -> {
            for (int flip = 0; flip < 200; flip++) {
              graph[random.nextInt(200, graph.length - 200)] ^= (byte) (1 << random.nextInt(8));
            }
          };
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /**
   * @param damage to the graph's file
   * @param certain whether a search must come by it
   */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, .vex, count, true",
    "FLOAT32, .vex, most, true",
    "FLOAT32, .vex, negative, false",
    "FLOAT32, .vex, numbers, true",
    "FLOAT32, .vex, range, true",
    "FLOAT32, .vex, zeros, false",
    "FLOAT32, .vex, noise, true",
    "FLOAT32, .vex, offsets, true",
    "FLOAT32, .vex, flips, false",
    "INT8, .vex, count, true",
    "INT8, .vex, noise, true",
    "JVECTOR, .ajg, range, true",
    "JVECTOR, .ajg, zeros, false",
    "JVECTOR, .ajg, noise, true",
    "JVECTOR, .ajg, flips, false"
  })
  void search_damagedGraph_isCorruptOrRight(
      VectorFormat format, String extension, String damage, boolean certain) throws IOException {
    fill(format);
    Path file = graph(extension);
    byte[] whole = Files.readAllBytes(file);
    for (int seed = 0; seed < 4; seed++) {
      byte[] damaged = whole.clone();
      damage(damage, seed).accept(damaged);
      assertThat(damaged).isNotEqualTo(whole);
      Files.write(file, damaged);
      int corrupt = corrupt();
      assertThat(certain && corrupt == 0).as("nobody came by").isFalse();
    }
  }

  /** How many searches met the damage; the others' hits are real. */
  private int corrupt() {
    int corrupt = 0;
    AttuneOptions unverified = AttuneOptions.defaults().withVerifyBytes(0);
    try (Attune attune = Attune.open(folder, unverified)) {
      VectorCollection things = attune.collection("things");
      for (int i = 0; i < DOCUMENTS; i += 150) {
        for (int below : new int[] {10, 3}) {
          Embedding query = vectors.get(i);
          SearchRequest.Builder request = SearchRequest.vector(query).k(10).ef(40);
          if (below < 10) {
            request.filter(new Filter.Lt("tenth", MetadataValue.of(below)));
          }
          corrupt += isCorrupt(things, request.build(), query) ? 1 : 0;
        }
      }
    } catch (StoreException e) {
      assertCorrupt(e);
      return Integer.MAX_VALUE;
    }
    return corrupt;
  }

  private boolean isCorrupt(VectorCollection things, SearchRequest request, Embedding query) {
    SearchResponse response;
    try {
      response = things.search(request);
    } catch (StoreException e) {
      assertCorrupt(e);
      return true;
    } catch (RuntimeException | Error e) {
      return fail("damage came out as " + e, e);
    }
    assertThat(response.hits()).hasSize(10);
    for (SearchHit hit : response.hits()) {
      Embedding found = vectors.get(Integer.parseInt(hit.id().substring(1)));
      assertThat((double) hit.score())
          .isCloseTo(Vectors.score(Similarity.COSINE, query, found), within(1e-3));
    }
    return false;
  }

  private static void assertCorrupt(StoreException e) {
    assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.STORE_CORRUPT);
    assertThat(e)
        .hasMessageContaining("damaged")
        .hasMessageMatching("(?s).*(segment '_|_\\w+\\.).*");
  }
}
