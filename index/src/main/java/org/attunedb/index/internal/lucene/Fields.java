package org.attunedb.index.internal.lucene;

/**
 * Names of the Lucene fields of a document. Metadata fields have one field for each type, so that a
 * key may hold different types in different documents.
 */
public final class Fields {
  /** The id: indexed term and sorted doc values. */
  public static final String ID = "_id";

  /** The id once more, as binary doc values; missing in documents of older versions. */
  public static final String PLAIN_ID = "_plainId";

  /** The text: BM25 postings (terms and frequencies) and stored value. */
  public static final String TEXT = "_text";

  /** Character 4-grams of the text, postings without frequencies; lexical collections only. */
  public static final String GRAMS = "_grams";

  /** The metadata as stored JSON. */
  public static final String METADATA = "_metadata";

  /** One term for each metadata key that the document has. */
  public static final String KEYS = "_keys";

  /** The vector. */
  public static final String VECTOR = "_vector";

  private Fields() {}

  static String text(String key) {
    return "s:" + key;
  }

  static String integer(String key) {
    return "i:" + key;
  }

  static String real(String key) {
    return "r:" + key;
  }

  static String flag(String key) {
    return "b:" + key;
  }

  static String uuid(String key) {
    return "u:" + key;
  }

  static String time(String key) {
    return "t:" + key;
  }

  static String element(String key) {
    return "e:" + key;
  }

  static String list(String key) {
    return "l:" + key;
  }
}
