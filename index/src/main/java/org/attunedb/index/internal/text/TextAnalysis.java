package org.attunedb.index.internal.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.WordlistLoader;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.util.IOUtils;

/**
 * English text to terms, the same for keyword search and the lexical embedder: Unicode words;
 * identifiers like {@code parseHttpHeader_v2} also by their parts; lower case; no possessives and
 * stop words; Porter stems. Thread-safe.
 */
public final class TextAnalysis {
  /** The Snowball project's English list: 174 function words, five times Lucene's default. */
  private static final CharArraySet STOP_WORDS = readStopWords();

  private final Analyzer stems = new Chain(true);
  private final Analyzer words = new Chain(false);

  /** The analyzer of the text field. */
  public Analyzer analyzer() {
    return stems;
  }

  /** Stemmed terms in order, repeated as they occur. */
  public List<String> stems(String text) {
    return tokens(stems, text);
  }

  /** Lower-cased words that are not stop words, unstemmed, without identifier parts; in order. */
  public List<String> words(String text) {
    return tokens(words, text);
  }

  private static CharArraySet readStopWords() {
    try {
      return WordlistLoader.getSnowballWordSet(
          IOUtils.requireResourceNonNull(
              SnowballFilter.class.getResourceAsStream("english_stop.txt"), "english_stop.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the stop words in Lucene's jar", e);
    }
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
    private final boolean stemmed;

    Chain(boolean stemmed) {
      this.stemmed = stemmed;
    }

    @Override
    protected TokenStreamComponents createComponents(String field) {
      Tokenizer tokenizer = new StandardTokenizer();
      TokenStream stream = new EnglishPossessiveFilter(tokenizer);
      stream = new IdentifierFilter(stream, stemmed);
      stream = new LowerCaseFilter(stream);
      stream = new StopFilter(stream, STOP_WORDS);
      return new TokenStreamComponents(tokenizer, stemmed ? new PorterStemFilter(stream) : stream);
    }
  }
}
