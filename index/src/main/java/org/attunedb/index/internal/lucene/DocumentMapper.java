package org.attunedb.index.internal.lucene;

import java.nio.charset.StandardCharsets;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.internal.text.CharGrams;
import org.attunedb.index.internal.text.TextAnalysis;

/**
 * Documents of the domain to and from Lucene's. The fields are listed in {@link Fields} and
 * docs/formats.md. Thread-safe.
 */
public final class DocumentMapper {
  /** Most metadata of one document, in bytes of its JSON. */
  public static final int MAX_METADATA_BYTES = 64 * 1024;

  /** Lucene refuses longer terms; checked here for a message that names the document. */
  private static final int MAX_TERM_BYTES = 32_000;

  private static final FieldType TEXT_TYPE = new FieldType();
  private static final FieldType GRAM_TYPE = new FieldType();

  static {
    TEXT_TYPE.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    TEXT_TYPE.setTokenized(true);
    TEXT_TYPE.setStored(true);
    TEXT_TYPE.freeze();
    GRAM_TYPE.setIndexOptions(IndexOptions.DOCS);
    GRAM_TYPE.setTokenized(true);
    GRAM_TYPE.setOmitNorms(true);
    GRAM_TYPE.freeze();
  }

  private final VectorSimilarityFunction similarity;
  private final boolean indexGrams;
  private final TextAnalysis analysis;

  /**
   * Creates a mapper.
   *
   * @param similarity of the collection
   * @param indexGrams whether to keep the postings that the lexical embedder's idf needs
   * @param analysis of the text field
   */
  public DocumentMapper(Similarity similarity, boolean indexGrams, TextAnalysis analysis) {
    this.similarity = function(similarity);
    this.indexGrams = indexGrams;
    this.analysis = analysis;
  }

  /** Whether this mapper's vectors of {@code dimension} can stand beside those of an index. */
  public boolean fits(FieldInfo indexed, int dimension) {
    return indexed.getVectorDimension() == dimension
        && indexed.getVectorSimilarityFunction() == similarity;
  }

  private static VectorSimilarityFunction function(Similarity similarity) {
    return switch (similarity) {
      // Vectors of cosine collections have unit length, so the cheaper dot product is the cosine.
      case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
      case DOT_PRODUCT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
      case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
    };
  }

  /**
   * Maps a document whose vector was checked and normalised.
   *
   * @throws InvalidInputException {@code metadata_too_large} naming the document
   */
  public org.apache.lucene.document.Document toLucene(Document document) {
    var mapped = new org.apache.lucene.document.Document();
    mapped.add(new StringField(Fields.ID, document.id(), Field.Store.NO));
    BytesRef id = new BytesRef(document.id());
    mapped.add(new SortedDocValuesField(Fields.ID, id));
    mapped.add(new BinaryDocValuesField(Fields.PLAIN_ID, id));
    String text = document.text();
    if (text != null) {
      mapped.add(new Field(Fields.TEXT, text, TEXT_TYPE));
      if (indexGrams) {
        mapped.add(
            new Field(
                Fields.GRAMS,
                new GramTokenStream(CharGrams.count(analysis.words(text)).keySet()),
                GRAM_TYPE));
      }
    }
    Embedding embedding = document.embedding();
    if (embedding != null) {
      mapped.add(new KnnFloatVectorField(Fields.VECTOR, embedding.toArray(), similarity));
    }
    addMetadata(mapped, document);
    return mapped;
  }

  private static void addMetadata(org.apache.lucene.document.Document mapped, Document document) {
    if (document.metadata().isEmpty()) {
      return;
    }
    String json = MetadataJson.write(document.metadata()).toString();
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_METADATA_BYTES) {
      throw tooLarge(document, "metadata has " + bytes + " bytes of JSON", MAX_METADATA_BYTES);
    }
    mapped.add(new StoredField(Fields.METADATA, json));
    document
        .metadata()
        .asMap()
        .forEach(
            (key, value) -> {
              addTerm(mapped, document, Fields.KEYS, key, key);
              addValue(mapped, document, key, value);
            });
  }

  private static void addValue(
      org.apache.lucene.document.Document mapped,
      Document document,
      String key,
      MetadataValue value) {
    switch (value) {
      case MetadataValue.Text text ->
          addTerm(mapped, document, Fields.text(key), key, text.value());
      case MetadataValue.Flag flag ->
          addTerm(mapped, document, Fields.flag(key), key, Boolean.toString(flag.value()));
      case MetadataValue.Int number ->
          mapped.add(new LongPoint(Fields.integer(key), number.value()));
      case MetadataValue.Real number ->
          mapped.add(new DoublePoint(Fields.real(key), number.value()));
      case MetadataValue.TextList list -> {
        addTerm(mapped, document, Fields.list(key), key, ListTerm.of(list.values()));
        list.values().forEach(v -> addTerm(mapped, document, Fields.element(key), key, v));
      }
      case MetadataValue.Uuid uuid ->
          mapped.add(new StringField(Fields.uuid(key), UuidTerm.of(uuid.value()), Field.Store.NO));
      case MetadataValue.Time time ->
          mapped.add(new LongPoint(Fields.time(key), time.epochNanos()));
    }
  }

  private static void addTerm(
      org.apache.lucene.document.Document mapped,
      Document document,
      String field,
      String key,
      String value) {
    int bytes = new BytesRef(value).length;
    if (bytes > MAX_TERM_BYTES) {
      throw tooLarge(
          document, "metadata '" + key + "' has a value of " + bytes + " bytes", MAX_TERM_BYTES);
    }
    mapped.add(new StringField(field, value, Field.Store.NO));
  }

  private static InvalidInputException tooLarge(Document document, String what, int limit) {
    return new InvalidInputException(
        ErrorCode.METADATA_TOO_LARGE,
        "%s, expected at most %s (document '%s')".formatted(what, limit, document.id()));
  }

  /** Metadata as it was stored; empty if there was none. */
  public static Metadata metadata(org.apache.lucene.document.Document stored, String documentId) {
    String json = stored.get(Fields.METADATA);
    return json == null
        ? Metadata.empty()
        : MetadataJson.read(
            StrictJson.readObject(json, documentId), "document '" + documentId + "'");
  }
}
