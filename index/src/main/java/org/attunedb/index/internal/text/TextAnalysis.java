package org.attunedb.index.internal.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * English text to terms, the same for keyword search and the lexical embedder: Unicode words;
 * identifiers like {@code parseHttpHeader_v2} also by their parts; lower case; no possessives and
 * stop words; Porter stems. Thread-safe.
 */
public final class TextAnalysis {
  private static final int WORD_PARTS =
      WordDelimiterGraphFilter.GENERATE_WORD_PARTS
          | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS
          | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE
          | WordDelimiterGraphFilter.SPLIT_ON_NUMERICS;

  private final Analyzer stems =
      new Chain(WORD_PARTS | WordDelimiterGraphFilter.PRESERVE_ORIGINAL, true);
  private final Analyzer parts = new Chain(WORD_PARTS, false);

  /** The analyzer of the text field. */
  public Analyzer analyzer() {
    return stems;
  }

  /** Stemmed terms in order, repeated as they occur. */
  public List<String> stems(String text) {
    return tokens(stems, text);
  }

  /** Lower-cased words that are not stop words, unstemmed, identifiers split; in order. */
  public List<String> words(String text) {
    return tokens(parts, text);
  }

  private static List<String> tokens(Analyzer analyzer, String text) {
    List<String> tokens = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream("", text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        tokens.add(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a text in memory", e);
    }
    return tokens;
  }

  private static final class Chain extends Analyzer {
    private final int wordDelimiterFlags;
    private final boolean stemmed;

    Chain(int wordDelimiterFlags, boolean stemmed) {
      this.wordDelimiterFlags = wordDelimiterFlags;
      this.stemmed = stemmed;
    }

    @Override
    protected TokenStreamComponents createComponents(String field) {
      Tokenizer tokenizer = new StandardTokenizer();
      TokenStream stream = new EnglishPossessiveFilter(tokenizer);
      stream = new WordDelimiterGraphFilter(stream, wordDelimiterFlags, null);
      stream = new FlattenGraphFilter(stream);
      stream = new LowerCaseFilter(stream);
      stream = new StopFilter(stream, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
      return new TokenStreamComponents(tokenizer, stemmed ? new PorterStemFilter(stream) : stream);
    }
  }
}
