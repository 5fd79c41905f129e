package org.attunedb.bench.training;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.index.LabelledQueries;

/**
 * Documents in clusters and queries about them, with texts: a query's vector is a document's,
 * turned in some planes and blurred, so that an adapter has something to learn; its text shares
 * words with the document's. Used once, by one thread.
 */
final class SyntheticLabels {
  private static final int CLUSTERS = 200;
  private static final double SPREAD = 0.8;

  /**
   * Times the square root of the dimension: so a query is as far from its document, measured by
   * what tells documents of a cluster apart, in every dimension.
   */
  private static final double BLUR = 0.106;

  private static final double ANGLE = Math.toRadians(120);
  private static final int DOCUMENT_WORDS = 60;
  private static final int QUERY_WORDS = 8;
  private static final int VOCABULARY = 20_000;

  private final TrainingScale scale;
  private final SplittableRandom random;
  private final float[][] vectors;
  private final int[][] words;

  SyntheticLabels(TrainingScale scale) {
    this.scale = scale;
    this.random = new SplittableRandom(scale.seed());
    float[][] centres = new float[CLUSTERS][];
    for (int c = 0; c < CLUSTERS; c++) {
      centres[c] = gaussian(new float[scale.dimension()], 1);
    }
    this.vectors = new float[scale.documents()][];
    this.words = new int[scale.documents()][];
    for (int d = 0; d < vectors.length; d++) {
      vectors[d] = gaussian(centres[d % CLUSTERS], SPREAD);
      words[d] = random.ints(DOCUMENT_WORDS, 0, VOCABULARY).map(this::frequent).toArray();
    }
  }

  /** Smaller numbers are more frequent, as words are. */
  private int frequent(int drawn) {
    return (int) ((long) drawn * random.nextInt(VOCABULARY) / VOCABULARY);
  }

  private float[] gaussian(float[] centre, double spread) {
    float[] vector = centre.clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] += (float) (spread * random.nextGaussian());
    }
    return vector;
  }

  /** The documents from a number on. */
  List<Document> documents(int from, int to) {
    List<Document> documents = new ArrayList<>(to - from);
    for (int d = from; d < to; d++) {
      documents.add(
          new Document(id(d), text(words[d]), Metadata.empty(), Embedding.of(vectors[d])));
    }
    return documents;
  }

  private static String id(int document) {
    return "d" + document;
  }

  private static String text(int[] words) {
    StringBuilder text = new StringBuilder();
    for (int word : words) {
      text.append(text.isEmpty() ? "" : " ").append('w').append(word);
    }
    return text.toString();
  }

  /** The pairs of a query and its document. */
  LabelledQueries labels() {
    List<String> texts = new ArrayList<>();
    List<Embedding> queries = new ArrayList<>();
    List<List<RelevantDocument>> relevance = new ArrayList<>();
    for (int q = 0; q < scale.pairs(); q++) {
      int document = random.nextInt(scale.documents());
      queries.add(
          Embedding.of(gaussian(turned(vectors[document]), BLUR * Math.sqrt(scale.dimension()))));
      texts.add(text(queryWords(words[document])));
      relevance.add(List.of(RelevantDocument.of(id(document))));
    }
    return LabelledQueries.of(texts, queries, relevance);
  }

  private int[] queryWords(int[] document) {
    int[] chosen = new int[QUERY_WORDS];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] =
          i % 2 == 0 ? document[random.nextInt(document.length)] : random.nextInt(VOCABULARY);
    }
    return chosen;
  }

  /** Every second pair of neighbouring components is a plane that is turned. */
  private static float[] turned(float[] vector) {
    float[] turned = vector.clone();
    for (int i = 0; i + 1 < vector.length; i += 4) {
      turned[i] = (float) (Math.cos(ANGLE) * vector[i] - Math.sin(ANGLE) * vector[i + 1]);
      turned[i + 1] = (float) (Math.sin(ANGLE) * vector[i] + Math.cos(ANGLE) * vector[i + 1]);
    }
    return turned;
  }
}
