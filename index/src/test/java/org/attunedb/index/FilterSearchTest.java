package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.filter.RandomFilters;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Filters in a collection find exactly the documents that {@link Filter#matches} accepts. */
class FilterSearchTest extends StoreTest {
  private static final int DOCUMENTS = 300;
  private static final int BATCH = 75;
  private static final int FILTERS = 2_000;
  private static final Embedding QUERY = Embedding.of(1, 2);

  private final SplittableRandom random = new SplittableRandom(2026);
  private final RandomMetadata metadata = new RandomMetadata(random);
  private final RandomFilters filters = new RandomFilters(metadata);
  private final Map<String, Metadata> model = new TreeMap<>();
  private VectorCollection collection;

  @BeforeEach
  void fill() {
    collection =
        attune.createCollection("filtered", CollectionSpec.vectors(2, Similarity.EUCLIDEAN));
    for (int start = 0; start < DOCUMENTS; start += BATCH) {
      upsert(IntStream.range(start, Math.min(DOCUMENTS, start + BATCH)));
    }
    // Replaced and deleted documents stay in their segments: filters must not see them.
    upsert(random.ints(20, 0, DOCUMENTS).distinct());
    List<String> doomed = random.ints(25, 0, DOCUMENTS).mapToObj(i -> "d" + i).toList();
    collection.delete(doomed);
    model.keySet().removeAll(Set.copyOf(doomed));
    assertThat(collection.stats().segments()).isGreaterThan(1);
    assertThat(collection.stats().deletedDocuments()).isPositive();
  }

  private void upsert(IntStream numbers) {
    List<Document> batch = new ArrayList<>();
    numbers.forEach(
        i -> {
          Metadata values = metadata.metadata();
          model.put("d" + i, values);
          batch.add(new Document("d" + i, "word", values, Embedding.of(i, 1)));
        });
    collection.upsert(batch);
  }

  @Test
  void countScanAndSearch_randomFilters_agreeWithTheDefinition() {
    int neitherAllNorNone = 0;
    for (int i = 0; i < FILTERS; i++) {
      Filter filter = filters.next();
      Set<String> expected = matching(filter);
      neitherAllNorNone += expected.isEmpty() || expected.size() == model.size() ? 0 : 1;

      assertThat(collection.count(filter)).as("%s", filter).isEqualTo(expected.size());
      assertThat(search(filter, SearchMode.VECTOR)).as("%s", filter).isEqualTo(expected);
      if (i % 10 == 0) {
        assertThat(search(filter, SearchMode.KEYWORD)).as("%s", filter).isEqualTo(expected);
        assertThat(scan(filter)).as("%s", filter).isEqualTo(List.copyOf(expected));
      }
    }
    assertThat(neitherAllNorNone).isGreaterThan(FILTERS / 2);
  }

  @Test
  void count_randomComparisonsOfOneField_agreeWithTheDefinition() {
    for (int i = 0; i < FILTERS; i++) {
      Filter filter = filters.leaf();

      assertThat(collection.count(filter)).as("%s", filter).isEqualTo(matching(filter).size());
    }
  }

  @Test
  void delete_byFilter_removesExactlyTheMatchingDocuments() {
    for (int i = 0; i < 60; i++) {
      Filter filter = filters.next();
      Set<String> expected = new HashSet<>(matching(filter));
      if (expected.size() > model.size() / 2) {
        continue;
      }

      assertThat(collection.delete(filter)).as("%s", filter).isEqualTo(expected.size());

      model.keySet().removeAll(expected);
      assertThat(scan(null)).isEqualTo(List.copyOf(model.keySet()));
    }
  }

  private static Stream<Filter> filtersAtTheLimits() {
    List<MetadataValue> integers = values(i -> MetadataValue.of((long) i - 2));
    List<MetadataValue> reals = values(i -> MetadataValue.of((i - 2) / 2.0));
    List<MetadataValue> texts = values(i -> MetadataValue.of(Integer.toString(i, 36)));
    List<MetadataValue> mixed = values(i -> List.of(integers, reals, texts).get(i % 3).get(i));
    Filter deep = Filter.eq("a", 1);
    for (int level = 1; level < Filter.MAX_DEPTH; level++) {
      deep = level % 2 == 0 ? Filter.not(deep) : new Filter.Or(List.of(deep));
    }
    return Stream.concat(
        Stream.of(integers, reals, texts, mixed)
            .flatMap(
                list ->
                    Stream.of(
                        new Filter.In("a", list),
                        new Filter.Nin("a", list),
                        new Filter.Or(each(list, v -> new Filter.Eq("a", v))),
                        new Filter.And(each(list, v -> new Filter.Ne("a", v))),
                        new Filter.Or(each(list, v -> new Filter.Gt("a", v))),
                        new Filter.And(each(list, v -> new Filter.Lte("a", v))))),
        Stream.of(
            deep,
            new Filter.Or(each(texts, v -> new Filter.Contains("a", v.toString()))),
            new Filter.And(
                each(texts.subList(0, 511), v -> Filter.not(new Filter.StartsWith("b", v + "x")))),
            new Filter.Contains("a", "a".repeat(40_000)),
            new Filter.Contains("a", "ab".repeat(2_000) + "*?\\"),
            new Filter.StartsWith("a", "a".repeat(40_000)),
            Filter.eq("a", "a".repeat(40_000)),
            new Filter.Lte("a", MetadataValue.of("a".repeat(40_000))),
            Filter.eq("x".repeat(40_000), 1)));
  }

  private static List<MetadataValue> values(IntFunction<MetadataValue> valueOfNumber) {
    return IntStream.range(0, Filter.MAX_TERMS - 1).mapToObj(valueOfNumber).toList();
  }

  private static List<Filter> each(
      List<MetadataValue> values, Function<MetadataValue, Filter> condition) {
    return values.stream().map(condition).toList();
  }

  @Test
  void countScanSearchAndDelete_filtersAtTheLimits_agreeWithTheDefinition() {
    filtersAtTheLimits()
        .forEach(
            filter -> {
              Set<String> expected = matching(filter);
              String name =
                  filter.toString().substring(0, Math.min(80, filter.toString().length()));

              assertThat(collection.count(filter)).as(name).isEqualTo(expected.size());
              assertThat(search(filter, SearchMode.VECTOR)).as(name).isEqualTo(expected);
              assertThat(search(filter, SearchMode.KEYWORD)).as(name).isEqualTo(expected);
              assertThat(scan(filter)).as(name).isEqualTo(List.copyOf(expected));
              if (expected.size() < 10) {
                assertThat(collection.delete(filter)).as(name).isEqualTo(expected.size());
                model.keySet().removeAll(expected);
              }
            });
  }

  private Set<String> matching(Filter filter) {
    Set<String> ids = new TreeSet<>();
    model.forEach(
        (id, values) -> {
          if (filter.matches(values)) {
            ids.add(id);
          }
        });
    return ids;
  }

  private Set<String> search(Filter filter, SearchMode mode) {
    SearchRequest request =
        SearchRequest.of(new Query.ByTextAndEmbedding("word", QUERY))
            .mode(mode)
            .k(SearchRequest.MAX_K)
            .filter(filter)
            .withDocuments(false)
            .build();
    List<String> ids = collection.search(request).ids();
    assertThat(ids).doesNotHaveDuplicates();
    return Set.copyOf(ids);
  }

  private List<String> scan(@Nullable Filter filter) {
    return collection.scan(null, VectorCollection.MAX_BATCH, filter).stream()
        .peek(document -> assertThat(document.metadata()).isEqualTo(model.get(document.id())))
        .map(Document::id)
        .toList();
  }
}
