package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of a collection of many segments, against a sorted map. */
class ScanOrderTest extends StoreTest {
  private static final Comparator<String> BY_BYTES =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private final Random random = new Random(20_261_121);

  // The order of UTF-8 differs from that of Java's characters in the last two.
  private static final List<String> PREFIXES = List.of("", "a", "a/", "é", "\uFFFD", "😀");

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 50, 10_000})
  void scan_replacedAndDeletedInManySegments_isTheSortedMap(int limit) {
    VectorCollection collection =
        attune.createCollection("docs", CollectionSpec.vectors(1, Similarity.EUCLIDEAN));
    TreeMap<String, Document> expected = new TreeMap<>(BY_BYTES);
    int mostSegments = 0;
    long mostDeleted = 0;
    for (int batch = 0; batch < 12; batch++) {
      write(collection, expected);
      // Merges in the background may make one segment of all at any time, so look after each.
      CollectionStats stats = collection.stats();
      mostSegments = Math.max(mostSegments, stats.segments());
      mostDeleted = Math.max(mostDeleted, stats.deletedDocuments());
      assertThat(paged(collection, limit, null)).isEqualTo(List.copyOf(expected.values()));
    }

    assertThat(mostSegments).isGreaterThan(2);
    assertThat(mostDeleted).isPositive();
    Filter rare = new Filter.Lt("n", MetadataValue.of(3));
    Filter common = new Filter.Gte("n", MetadataValue.of(10));
    for (Filter filter : new Filter[] {null, rare, common, Filter.eq("n", -1)}) {
      assertThat(paged(collection, limit, filter))
          .isEqualTo(
              expected.values().stream()
                  .filter(d -> filter == null || filter.matches(d.metadata()))
                  .toList());
    }
    for (String after : List.of("", "a", "b", "é9", "\uFFFF", "😀", "😀~")) {
      assertThat(collection.ids(after, limit, null))
          .isEqualTo(expected.tailMap(after, false).keySet().stream().limit(limit).toList());
    }
  }

  private void write(VectorCollection collection, Map<String, Document> expected) {
    TreeMap<String, Document> batch = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      String id = PREFIXES.get(random.nextInt(PREFIXES.size())) + (1 + random.nextInt(90));
      Metadata metadata = Metadata.builder().put("n", random.nextInt(100)).build();
      // Long enough for several blocks of stored fields; some documents have no vector or no text.
      String text = random.nextInt(4) == 0 ? null : ("text " + random.nextInt()).repeat(40);
      boolean vector = text == null || random.nextInt(4) > 0;
      batch.put(
          id, new Document(id, text, metadata, vector ? Embedding.of(random.nextFloat()) : null));
    }
    collection.upsert(List.copyOf(batch.values()));
    expected.putAll(batch);
    List<String> gone =
        Stream.generate(() -> "a" + (1 + random.nextInt(90))).limit(5).distinct().toList();
    collection.delete(gone);
    gone.forEach(expected::remove);
  }

  private static List<Document> paged(
      VectorCollection collection, int limit, @Nullable Filter filter) {
    List<Document> all = new ArrayList<>();
    List<Document> page = collection.scan(null, limit, filter);
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page);
      page = collection.scan(page.getLast().id(), limit, filter);
    }
    return all;
  }
}
