package org.attunedb.bench.recall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A small collection in which users call things by other names than the documents: of each topic
 * two guides use its technical words, and one gossip column uses the words of the queries. Search
 * without an adapter returns gossip; which guide a query wants can be learned from training queries
 * of the same topic.
 */
public final class BeirFolder {
  /** Topics, each with two guides and a gossip column. */
  public static final int TOPICS = 40;

  /** Documents. */
  public static final int DOCUMENTS = 3 * TOPICS;

  /** Training queries. */
  public static final int TRAIN = 100;

  /** Test queries. */
  public static final int TEST = 40;

  private static final int WORDS = 4;

  private final Path path;
  private final SplittableRandom random = new SplittableRandom(7);

  private BeirFolder(Path path) {
    this.path = path;
  }

  /** Writes the collection with its judgments. */
  public static BeirFolder write(Path path) throws IOException {
    BeirFolder folder = new BeirFolder(path);
    Files.createDirectories(path.resolve("qrels"));
    folder.writeAll();
    return folder;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  private void writeAll() throws IOException {
    List<String> corpus = new ArrayList<>();
    List<String> queries = new ArrayList<>();
    List<String> train = new ArrayList<>(List.of("query-id\tcorpus-id\tscore"));
    List<String> test = new ArrayList<>(train);
    for (int topic = 0; topic < TOPICS; topic++) {
      corpus.add(document("guide-a-" + topic, words("guide", topic) + " " + filler(6)));
      corpus.add(document("guide-b-" + topic, words("guide", topic) + " " + filler(6)));
      corpus.add(document("gossip-" + topic, words("gossip", topic) + " " + filler(6)));
    }
    for (int i = 0; i < TRAIN; i++) {
      queries.add(query("train-" + i, i % TOPICS));
      train.add("train-" + i + "\tguide-a-" + i % TOPICS + "\t1");
    }
    for (int i = 0; i < TEST; i++) {
      queries.add(query("test-" + i, i));
      // Every fourth wants a document that no training query pointed to.
      test.add("test-" + i + "\tguide-" + (i % 4 == 0 ? "b-" : "a-") + i + "\t1");
    }
    writeLines("corpus.jsonl", corpus);
    writeLines("queries.jsonl", queries);
    writeLines("qrels/train.tsv", train);
    writeLines("qrels/test.tsv", test);
  }

  private static String document(String id, String text) {
    return "{\"_id\": \"%s\", \"title\": \"\", \"text\": \"%s\"}".formatted(id, text);
  }

  private String query(String id, int topic) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      words.add(invented("gossip", topic * WORDS + random.nextInt(WORDS)));
    }
    return "{\"_id\": \"%s\", \"text\": \"%s\"}".formatted(id, String.join(" ", words));
  }

  private static String words(String kind, int topic) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      words.add(invented(kind, topic * WORDS + i));
    }
    return String.join(" ", words);
  }

  private String filler(int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(invented("filler", random.nextInt(50)));
    }
    return String.join(" ", words);
  }

  /** Six letters that look like no other word's, so that 4-grams tell nothing either. */
  private static String invented(String kind, int number) {
    SplittableRandom letters = new SplittableRandom(31L * kind.hashCode() + number);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      word.append("bdfgklmnprtvz".charAt(letters.nextInt(13)));
      word.append("aiou".charAt(letters.nextInt(4)));
    }
    return word.append('x').toString();
  }

  /** Replaces a file by other lines. */
  public void writeLines(String file, List<String> lines) throws IOException {
    Files.write(path.resolve(file), lines);
  }

  /** The lines of a file, to be changed. */
  public List<String> lines(String file) throws IOException {
    return new ArrayList<>(Files.readAllLines(path.resolve(file)));
  }

  /** Keeps the header and so many training judgments. */
  public void keepTraining(int judgments) throws IOException {
    writeLines("qrels/train.tsv", lines("qrels/train.tsv").subList(0, 1 + judgments));
  }
}
