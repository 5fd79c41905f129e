package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.filter.RandomFilters;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of every kind of write, with restarts, beside a map that does the same. */
@Timeout(120)
class WriteModelTest extends StoreTest {
  private static final int STEPS = 150;
  private static final int IDS = 12;

  private final TreeMap<String, Document> model = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void writes_randomHistory_answerAsAMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RandomMetadata metadata = new RandomMetadata(random);
    RandomFilters filters = new RandomFilters(metadata);
    VectorCollection collection =
        attune.createCollection("things", CollectionSpec.vectors(2, Similarity.EUCLIDEAN));

    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3 -> upsert(collection, batch(random, metadata));
        case 4, 5 -> insert(collection, batch(random, metadata));
        case 6, 7 -> {
          MetadataPatch patch = MetadataPatch.set(metadata.metadata());
          List<String> ids = ids(random);
          assertThat(collection.updateMetadata(ids, patch)).isEqualTo(update(ids, patch));
        }
        case 8 -> {
          MetadataPatch patch = MetadataPatch.remove("a", "b");
          Filter filter = filters.next();
          List<String> ids = matching(filter);
          assertThat(collection.updateMetadata(filter, patch)).isEqualTo(update(ids, patch));
        }
        case 9, 10 -> {
          List<String> ids = ids(random);
          int before = model.size();
          model.keySet().removeAll(ids);
          assertThat(collection.delete(ids)).isEqualTo(before - model.size());
        }
        case 11 -> {
          Filter filter = filters.next();
          List<String> ids = matching(filter);
          model.keySet().removeAll(ids);
          assertThat(collection.delete(filter)).isEqualTo(ids.size());
        }
        case 12 -> collection.checkpoint();
        case 13 -> collection.compact();
        case 14 -> collection = restarted();
        default -> {
          if (random.nextInt(4) == 0) {
            assertThat(collection.truncate()).isEqualTo(model.size());
            model.clear();
          }
        }
      }
      assertThat(collection.scan(null, 100, null))
          .as("step %d", step)
          .containsExactlyElementsOf(model.values());
      Filter filter = filters.next();
      assertThat(collection.count(filter)).as("%s", filter).isEqualTo(matching(filter).size());
    }
  }

  private VectorCollection restarted() {
    reopen();
    return attune.collection("things");
  }

  private void upsert(VectorCollection collection, List<Document> batch) {
    collection.upsert(batch);
    batch.forEach(document -> model.put(document.id(), document));
  }

  private void insert(VectorCollection collection, List<Document> batch) {
    if (batch.stream().anyMatch(document -> model.containsKey(document.id()))) {
      assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> collection.insert(batch));
    } else {
      collection.insert(batch);
      batch.forEach(document -> model.put(document.id(), document));
    }
  }

  private int update(List<String> ids, MetadataPatch patch) {
    List<String> existing = ids.stream().filter(model::containsKey).toList();
    existing.forEach(
        id -> model.computeIfPresent(id, (k, d) -> d.withMetadata(patch.applyTo(d.metadata()))));
    return existing.size();
  }

  private List<String> matching(Filter filter) {
    return model.values().stream()
        .filter(document -> filter.matches(document.metadata()))
        .map(Document::id)
        .toList();
  }

  private static List<String> ids(SplittableRandom random) {
    return IntStream.range(0, IDS)
        .filter(i -> random.nextInt(4) == 0)
        .mapToObj(i -> "d" + i)
        .toList();
  }

  private static List<Document> batch(SplittableRandom random, RandomMetadata metadata) {
    return ids(random).stream()
        .map(
            id -> new Document(id, metadata.text(), metadata.metadata(), Vectors.random(2, random)))
        .toList();
  }
}
