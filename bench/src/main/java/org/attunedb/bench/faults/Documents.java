package org.attunedb.bench.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.filter.Filter;

/** Makes small documents whose every version can be told from every other. Not thread-safe. */
final class Documents {
  static final int DIMENSION = 8;

  /** A word of every document. */
  static final String COMMON = "lighthouse";

  private static final String CONSONANTS = "bcdfghjkmnpqrtvwxz";
  private static final List<String> COLOURS = List.of("red", "green", "blue");

  private final Random random;
  private final String prefix;
  private int versions;

  /**
   * A source of documents.
   *
   * @param prefix of all its ids and words
   * @param firstVersion tells its words from those of an earlier source of the same prefix
   */
  Documents(Random random, String prefix, int firstVersion) {
    this.random = random;
    this.prefix = prefix;
    this.versions = firstVersion;
  }

  /** An id of few, so that documents are replaced and deleted. */
  String id() {
    return prefix + random.nextInt(40);
  }

  List<String> ids(int most) {
    int count = 1 + random.nextInt(most);
    return random.ints(0, 40).distinct().limit(count).mapToObj(i -> prefix + i).toList();
  }

  /** A new version of a document. */
  Document next(String id) {
    Metadata metadata =
        Metadata.builder()
            .put("owner", prefix)
            .put("colour", COLOURS.get(random.nextInt(COLOURS.size())))
            .put("count", (long) random.nextInt(10))
            .put("price", random.nextInt(100) / 4.0)
            .put("new", random.nextBoolean())
            .put("tags", COLOURS.subList(0, random.nextInt(3)))
            .build();
    return new Document(id, COMMON + " " + word(versions++), metadata, vector());
  }

  List<Document> batch(List<String> ids) {
    List<Document> documents = new ArrayList<>();
    ids.forEach(id -> documents.add(next(id)));
    return documents;
  }

  Embedding vector() {
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) random.nextGaussian();
    }
    return Embedding.unit(components);
  }

  /** A condition that some documents meet. */
  Filter filter() {
    Filter condition =
        switch (random.nextInt(4)) {
          case 0 -> Filter.eq("colour", COLOURS.get(random.nextInt(COLOURS.size())));
          case 1 -> Filter.eq("count", random.nextInt(10));
          case 2 -> Filter.eq("new", random.nextBoolean());
          default -> new Filter.Contains("tags", "red");
        };
    return Filter.and(
        Filter.eq("owner", prefix), Filter.eq("count", random.nextInt(10)), condition);
  }

  /** A word that no stemmer changes and no other version has. */
  private String word(int version) {
    StringBuilder word = new StringBuilder("q");
    for (int i = 0; i < prefix.length(); i++) {
      word.append(CONSONANTS.charAt(prefix.charAt(i) % CONSONANTS.length()));
    }
    word.append('q');
    int rest = version;
    for (int i = 0; i < 6; i++) {
      word.append(CONSONANTS.charAt(rest % CONSONANTS.length()));
      rest /= CONSONANTS.length();
    }
    return word.toString();
  }
}
