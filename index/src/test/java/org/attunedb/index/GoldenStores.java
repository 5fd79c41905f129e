package org.attunedb.index;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;

/**
 * Makes the golden store of the current format: run once before a format is released, then never
 * again for that version. Writes each variant as an archive, and what all of them answer.
 */
final class GoldenStores {
  static final String TEXTS = "texts";
  static final String POINTS = "points";

  /** The store after it was closed; as its process left it; and with half a frame at its end. */
  static final List<String> VARIANTS = List.of("closed", "log", "torn");

  static final String ANSWERS = "answers.json";

  private static final int DIMENSION = 8;
  private static final List<String> WORDS =
      List.of("printer", "toner", "paper", "network", "cable", "screen", "mouse", "keyboard");

  private final SplittableRandom random = new SplittableRandom(1);

  private GoldenStores() {}

  /** The folder to write to is the only argument; it must not exist. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path target = Files.createDirectory(Path.of(args[0]));
    Path work = Files.createTempDirectory("golden");
    new GoldenStores().make(work, target);
  }

  private void make(Path work, Path target) throws IOException, InterruptedException {
    FakeTrainer trainer = new FakeTrainer();
    Path store = work.resolve("store");
    try (Attune attune =
        Attune.open(store, AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer)))) {
      fillTexts(attune.createCollection(TEXTS, CollectionSpec.lexical()), trainer);
      fillPoints(
          attune.createCollection(POINTS, CollectionSpec.vectors(DIMENSION, Similarity.EUCLIDEAN)));
      Path left = StoreTree.copy(store, work.resolve("log"));
      zip(left, target.resolve("log.zip"));
      for (String name : List.of(TEXTS, POINTS)) {
        tear(left.resolve("collections").resolve(name).resolve("log"));
      }
      zip(left, target.resolve("torn.zip"));
    }
    zip(store, target.resolve("closed.zip"));
    try (Attune attune = Attune.open(store)) {
      compact(attune);
      Files.writeString(target.resolve(ANSWERS), StrictJson.pretty(answers(attune)));
    }
  }

  private void fillTexts(VectorCollection texts, FakeTrainer trainer) throws InterruptedException {
    texts.upsert(IntStream.range(0, 5).mapToObj(this::text).toList());
    texts.upsert(IntStream.range(5, 10).mapToObj(this::text).toList());
    trainer.publish(RandomAdapters.weights(texts.spec().dimension(), 2, random));
    JobState state =
        texts
            .deepMemory()
            .train(
                TrainingRequest.of(
                    LabelledQueries.ofTexts(
                        List.of("toner"), List.of(List.of(RelevantDocument.of("t1"))))))
            .await();
    if (!(state instanceof JobState.Completed)) {
      throw new IllegalStateException("no adapter: " + state);
    }
    texts.delete(List.of("t3"));
    texts.checkpoint();
    texts.upsert(List.of(text(10), text(11)));
    texts.delete(List.of("t6", "t10"));
    texts.updateMetadata(List.of("t1", "t11"), MetadataPatch.set(Metadata.of("changed", "yes")));
  }

  private Document text(int number) {
    return Document.of(
        "t" + number,
        "The %s and the %s, number %s: é😀.".formatted(word(number), word(number * 3 + 1), number),
        metadata(number));
  }

  private static String word(int number) {
    return WORDS.get(number % WORDS.size());
  }

  private static Metadata metadata(int number) {
    return Metadata.builder()
        .put("n", number)
        .put("half", number / 2.0)
        .put("word", word(number))
        .put("even", number % 2 == 0)
        .put("tags", List.of(word(number), word(number + 1)))
        .put("uuid", new UUID(number, -number))
        .put("time", Instant.ofEpochSecond(100_000_000L * number, 5))
        .build();
  }

  private void fillPoints(VectorCollection points) {
    for (int batch = 0; batch < 3; batch++) {
      points.upsert(IntStream.range(batch * 10, batch * 10 + 10).mapToObj(this::point).toList());
      points.delete(List.of("p" + (batch * 10 + 4)));
    }
    points.checkpoint();
    points.insert(IntStream.range(30, 40).mapToObj(this::point).toList());
    points.upsert(List.of(point(2), point(33)));
    points.delete(Filter.eq("word", "mouse"));
    points.updateMetadata(
        new Filter.Gte("n", MetadataValue.of(35)), MetadataPatch.remove("tags", "uuid"));
    points.upsert(List.of(Document.of("words", "a text without a vector")));
  }

  private Document point(int number) {
    return new Document("p" + number, null, metadata(number), Vectors.random(DIMENSION, random));
  }

  private static void tear(Path log) throws IOException {
    for (Path file : StoreTree.walk(log)) {
      if (file.toString().endsWith(".log")) {
        byte[] content = Files.readAllBytes(file);
        // The first frame's start: its header and a part of its body.
        byte[] half = Arrays.copyOfRange(content, 40, 40 + 50);
        Files.write(file, half, StandardOpenOption.APPEND);
      }
    }
  }

  /** Term statistics count deleted documents until they are merged away: then scores are exact. */
  static void compact(Attune attune) {
    attune.collection(TEXTS).compact();
    attune.collection(POINTS).compact();
  }

  /** Everything that the two collections say. */
  static ObjectNode answers(Attune attune) {
    ObjectNode all = StrictJson.object();
    for (String name : List.of(TEXTS, POINTS)) {
      VectorCollection collection = attune.collection(name);
      ObjectNode answers = all.putObject(name);
      ArrayNode documents = answers.putArray("documents");
      collection.scan(null, 1_000, null).forEach(document -> write(document, documents));
      ArrayNode versions = answers.putArray("versions");
      collection.deepMemory().versions().forEach(version -> versions.add(version.name()));
      answers.put("active", collection.deepMemory().activeVersion().orElse(null));
      ObjectNode counts = answers.putObject("counts");
      filters().forEach((filter, condition) -> counts.put(filter, collection.count(condition)));
      ObjectNode searches = answers.putObject("searches");
      searches(name).forEach((label, request) -> write(collection, request, searches, label));
    }
    return all;
  }

  private static void write(Document document, ArrayNode documents) {
    ObjectNode json = documents.addObject();
    json.put("id", document.id());
    json.put("text", document.text());
    json.set("metadata", MetadataJson.write(document.metadata()));
    Embedding vector = document.embedding();
    json.put("vectorCrc32c", vector == null ? null : checksum(vector));
  }

  private static String checksum(Embedding vector) {
    CRC32C crc = new CRC32C();
    for (float component : vector.toArray()) {
      int bits = Float.floatToIntBits(component);
      for (int shift = 24; shift >= 0; shift -= 8) {
        crc.update(bits >>> shift);
      }
    }
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static Map<String, Filter> filters() {
    return new TreeMap<>(
        Map.of(
            "even", Filter.eq("even", true),
            "n >= 5", new Filter.Gte("n", MetadataValue.of(5)),
            "half < 2.25", new Filter.Lt("half", MetadataValue.of(2.25)),
            "word starts with p", new Filter.StartsWith("word", "p"),
            "tags contain toner", new Filter.Contains("tags", "toner"),
            "uuid is that of 2", new Filter.Eq("uuid", MetadataValue.of(new UUID(2, -2))),
            "time before 1986",
                new Filter.Lt("time", MetadataValue.of(Instant.ofEpochSecond(504_921_600))),
            "changed", new Filter.Exists("changed"),
            "not changed", Filter.not(new Filter.Exists("changed"))));
  }

  private static Map<String, SearchRequest> searches(String collection) {
    Map<String, SearchRequest> searches = new TreeMap<>();
    if (collection.equals(TEXTS)) {
      for (SearchMode mode : SearchMode.values()) {
        for (String text : List.of("toner for the printer", "number 7 cable")) {
          SearchRequest.Builder request = SearchRequest.text(text).mode(mode).k(6);
          searches.put(mode + " " + text, request.adapter(AdapterChoice.none()).build());
          searches.put(
              mode + " adapted " + text,
              SearchRequest.text(text).mode(mode).k(6).adapter(AdapterChoice.active()).build());
        }
      }
    } else {
      SplittableRandom random = new SplittableRandom(2);
      for (int i = 0; i < 3; i++) {
        Embedding query = Vectors.random(DIMENSION, random);
        searches.put("point " + i, SearchRequest.vector(query).k(12).build());
        searches.put(
            "even point " + i,
            SearchRequest.vector(query).k(12).filter(Filter.eq("even", true)).build());
      }
    }
    return searches;
  }

  private static void write(
      VectorCollection collection, SearchRequest request, ObjectNode searches, String label) {
    ArrayNode hits = searches.putArray(label);
    for (SearchHit hit : collection.search(request).hits()) {
      hits.addObject().put("id", hit.id()).put("score", hit.score());
    }
  }

  private static void zip(Path folder, Path archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      for (Path path : StoreTree.walk(folder)) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        if (!name.isEmpty() && !name.equals("attune.lock")) {
          ZipEntry entry = new ZipEntry(Files.isDirectory(path) ? name + "/" : name);
          entry.setLastModifiedTime(FileTime.from(Instant.EPOCH));
          zip.putNextEntry(entry);
          if (!Files.isDirectory(path)) {
            Files.copy(path, zip);
          }
          zip.closeEntry();
        }
      }
    }
  }

  /** Unpacks a variant of a released version. */
  static Path unzip(String version, String variant, Path target) {
    List<String> names = new ArrayList<>();
    try (InputStream in = resource(version, variant + ".zip");
        ZipInputStream zip = new ZipInputStream(in, StandardCharsets.UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
        Path path = target.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(zip, path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (names.isEmpty()) {
      throw new IllegalStateException("nothing in " + version + "/" + variant);
    }
    return target;
  }

  /** A file of a released version. */
  static InputStream resource(String version, String name) {
    InputStream in = GoldenStores.class.getResourceAsStream("/golden/" + version + "/" + name);
    if (in == null) {
      throw new IllegalStateException("no golden file " + version + "/" + name);
    }
    return in;
  }
}
