package org.attunedb.index.lexical;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.embedding.TermStatistics;
import org.attunedb.index.internal.text.CharGrams;
import org.attunedb.index.internal.text.TextAnalysis;
import org.jspecify.annotations.Nullable;

/**
 * A deterministic embedder that needs no model: feature hashing (Weinberger et al., ICML 2009) of
 * stemmed words and of the character 4-grams of the words.
 *
 * <p>Each feature is hashed to {@value #POSITIONS} signed positions of {@value #DIMENSION}, so that
 * collisions of two features rarely share more than one position. Its weight is {@code
 * field·3tf/(tf+2)} with field 1 for words and 0.5 for 4-grams (a saturating term frequency, as in
 * BM25 with k1 = 2 and no length normalisation). On the query side it is also multiplied by {@code
 * idf = ln(1 + (N - df + 0.5)/(df + 0.5))} from the collection's own statistics, and features that
 * no document has are left out: a query without any known word becomes the zero vector. Everything
 * else is scaled to unit length. What led to these choices: docs/adapter.md.
 *
 * <p>Thread-safe. The name changes with any change of the formula.
 */
public final class LexicalEmbedder implements Embedder {
  /** Length of the vectors. */
  public static final int DIMENSION = 1024;

  /** Identity to which collections are bound. */
  public static final EmbedderInfo INFO = new EmbedderInfo("attune-lexical-1", DIMENSION);

  private static final int POSITIONS = 8;
  private static final double GRAM_WEIGHT = 0.5;

  /** Arbitrary, but never changed: vectors are stored. They keep equal words and grams apart. */
  private static final long WORD_SALT = 1;

  private static final long GRAM_SALT = 17;

  private final TextAnalysis analysis;
  private final @Nullable TermStatistics statistics;

  /** An embedder without statistics: every feature of a query counts the same. */
  public LexicalEmbedder() {
    this(new TextAnalysis(), null);
  }

  private LexicalEmbedder(TextAnalysis analysis, @Nullable TermStatistics statistics) {
    this.analysis = analysis;
    this.statistics = statistics;
  }

  @Override
  public EmbedderInfo info() {
    return INFO;
  }

  @Override
  public Embedder withStatistics(TermStatistics collection) {
    return new LexicalEmbedder(analysis, collection);
  }

  @Override
  public List<Embedding> embedDocuments(List<String> texts) {
    return texts.parallelStream().map(text -> embed(text, word -> 1, gram -> 1)).toList();
  }

  @Override
  public List<Embedding> embedQueries(List<String> texts) {
    TermStatistics known = statistics;
    if (known == null) {
      return embedDocuments(texts);
    }
    long documents = known.documentCount();
    return texts.stream()
        .map(
            text ->
                embed(
                    text,
                    word -> idf(documents, known.wordFrequency(word)),
                    gram -> idf(documents, known.gramFrequency(gram))))
        .toList();
  }

  private Embedding embed(
      String text, ToDoubleFunction<String> wordIdf, ToDoubleFunction<String> gramIdf) {
    double[] sums = new double[DIMENSION];
    add(sums, counts(analysis.stems(text)), 1, wordIdf, WORD_SALT);
    add(sums, CharGrams.count(analysis.words(text)), GRAM_WEIGHT, gramIdf, GRAM_SALT);
    return Embedding.of(sums).normalized();
  }

  private static void add(
      double[] sums,
      Map<String, Integer> counts,
      double field,
      ToDoubleFunction<String> idf,
      long salt) {
    counts.forEach(
        (feature, tf) -> {
          double weight = field * 3.0 * tf / (tf + 2.0) * idf.applyAsDouble(feature);
          if (weight != 0) {
            scatter(sums, hash(feature, salt), weight);
          }
        });
  }

  private static void scatter(double[] sums, long hash, double weight) {
    long state = hash;
    for (int i = 0; i < POSITIONS; i++) {
      state = mix(state + 1);
      int position = (int) (state >>> 32) & (DIMENSION - 1);
      sums[position] += (state & 1) == 0 ? weight : -weight;
    }
  }

  private static Map<String, Integer> counts(List<String> terms) {
    Map<String, Integer> counts = new HashMap<>();
    for (String term : terms) {
      counts.merge(term, 1, Integer::sum);
    }
    return counts;
  }

  private static double idf(long documents, long frequency) {
    return frequency == 0 ? 0 : Math.log1p((documents - frequency + 0.5) / (frequency + 0.5));
  }

  /** FNV-1a over UTF-16 units, finished by a mixer; never changes, because vectors are stored. */
  private static long hash(String feature, long salt) {
    long hash = 0xCBF29CE484222325L ^ salt;
    for (int i = 0; i < feature.length(); i++) {
      hash = (hash ^ feature.charAt(i)) * 0x100000001B3L;
    }
    return mix(hash);
  }

  /** Finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
