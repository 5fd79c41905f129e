package org.attunedb.index.internal.log;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.filter.RandomFilters;
import org.jspecify.annotations.Nullable;

/** Random operations on few ids, so that later ones often meet what earlier ones left. */
final class RandomOperations {
  private static final int IDS = 6;

  private final RandomGenerator random;
  private final RandomMetadata metadata;
  private final RandomFilters filters;

  RandomOperations(RandomGenerator random) {
    this.random = random;
    this.metadata = new RandomMetadata(random);
    this.filters = new RandomFilters(metadata);
  }

  Operation next() {
    return switch (random.nextInt(10)) {
      case 0 -> new Operation.DeleteAll();
      case 1, 2 -> new Operation.DeleteMatching(filters.next());
      case 3, 4 -> new Operation.DeleteIds(ids());
      default -> new Operation.Upsert(ids().stream().map(this::document).toList());
    };
  }

  List<Operation> list(int count) {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      operations.add(next());
    }
    return operations;
  }

  private List<String> ids() {
    return IntStream.range(0, IDS)
        .filter(i -> random.nextInt(3) == 0)
        .mapToObj(i -> i == 0 ? "é😀" : "d" + i)
        .toList();
  }

  private Document document(String id) {
    return new Document(
        id,
        random.nextBoolean() ? metadata.text() : null,
        random.nextInt(4) == 0 ? Metadata.empty() : metadata.metadata(),
        vector());
  }

  private @Nullable Embedding vector() {
    if (random.nextInt(3) == 0) {
      return null;
    }
    float[] components = new float[1 + random.nextInt(5)];
    for (int i = 0; i < components.length; i++) {
      components[i] = random.nextInt(4) == 0 ? -0f : (float) random.nextGaussian();
    }
    return Embedding.of(components);
  }
}
