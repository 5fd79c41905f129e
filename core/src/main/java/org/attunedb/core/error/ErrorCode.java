package org.attunedb.core.error;

import java.util.Locale;

/**
 * Stable identifiers of what went wrong, for programs; the exception's message is for people. Names
 * never change once released; new ones may be added.
 */
public enum ErrorCode {
  /** A vector component is NaN or infinite. */
  VECTOR_NOT_FINITE,
  /** The vector's components are finite but its squared norm overflows a float. */
  VECTOR_NORM_OVERFLOW,
  /** A zero vector where the metric needs a direction. */
  ZERO_VECTOR,
  /** A vector's length differs from the collection's dimension. */
  DIMENSION_MISMATCH,
  /** A dimension outside 1..4,096. */
  DIMENSION_OUT_OF_RANGE,
  /** A document id that is empty, blank or has characters that can't be kept. */
  ID_INVALID,
  /** A document id of more than 512 UTF-8 bytes. */
  ID_TOO_LONG,
  /** The same id twice in one batch. */
  DUPLICATE_ID,
  /** A collection name outside {@code [a-z0-9][a-z0-9_-]{0,62}}. */
  NAME_INVALID,
  /** A number of hits outside 1..10,000. */
  K_OUT_OF_RANGE,
  /** A numeric option outside its documented range. */
  OPTION_OUT_OF_RANGE,
  /** Metadata with too many keys or too much text. */
  METADATA_TOO_LARGE,
  /** A metadata key that is empty, too long or reserved, or a key or value that can't be kept. */
  METADATA_INVALID,
  /** A text of more than the allowed size. */
  TEXT_TOO_LARGE,
  /** A text that is not valid Unicode. */
  TEXT_INVALID,
  /** More documents in one batch than allowed. */
  BATCH_TOO_LARGE,
  /** A document that has neither text nor an embedding. */
  DOCUMENT_EMPTY,
  /** A filter that is not well formed. */
  FILTER_INVALID,
  /** A filter that is nested too deeply or has too many terms. */
  FILTER_TOO_COMPLEX,
  /** A text given where only an embedder could turn it into a vector, and none is attached. */
  EMBEDDER_MISSING,
  /** An embedder other than the one that the collection is bound to. */
  EMBEDDER_MISMATCH,
  /** Labels that can't be used: lists of unequal length, negative or non-finite grades. */
  LABELS_INVALID,
  /** Labels that name documents which the collection does not hold. */
  LABELS_UNKNOWN_DOCUMENT,
  /** Fewer usable (query, relevance) pairs than training needs. */
  TOO_FEW_LABELS,
  /** An adapter file that is damaged, malformed or bound to something else. */
  ADAPTER_INVALID,
  /** A bridge between embedding models, its file or the pairs it is fitted from, can't be used. */
  BRIDGE_INVALID,
  /** A scope of an adapter that is not one field with one value, or that no document is in. */
  SCOPE_INVALID,
  /** More scopes with adapters of their own than a collection may have. */
  TOO_MANY_SCOPES,
  /** Labels of documents that are outside of the scope that is trained for. */
  LABELS_OUTSIDE_SCOPE,
  /** A line of an input file that can't be read. */
  FILE_MALFORMED,
  /** A file or folder that is missing or can't be read. */
  FILE_UNREADABLE,
  /** A file that can't be written. */
  FILE_UNWRITABLE,
  /** A web site, or its first page, that can't be fetched or is not a page. */
  SOURCE_UNREADABLE,
  /** Text that is not JSON. */
  JSON_INVALID,
  /** A JSON object with the same key twice. */
  JSON_DUPLICATE_KEY,
  /** Something after the end of a JSON value. */
  JSON_TRAILING,
  /** JSON that is nested too deeply, or has too long a string or number. */
  JSON_LIMIT,
  /** A JSON value of another type than expected. */
  TYPE_MISMATCH,
  /** A JSON object without a member that must be there. */
  MISSING_FIELD,
  /** A JSON object with a member that has no meaning. */
  UNKNOWN_FIELD,
  /** A vector in JSON that is not an array of numbers. */
  VECTOR_ELEMENT_TYPE,
  /** No store in that folder. */
  STORE_NOT_FOUND,
  /** No collection of that name. */
  COLLECTION_NOT_FOUND,
  /** No adapter version of that name. */
  ADAPTER_NOT_FOUND,
  /** No training job of that id. */
  JOB_NOT_FOUND,
  /** The name is taken. */
  ALREADY_EXISTS,
  /** A collection of that name exists and was made for something else. */
  SCHEMA_CONFLICT,
  /** The training job is in a state that does not allow this. */
  JOB_STATE,
  /** No earlier switch of adapter versions is known. */
  NOTHING_TO_ROLL_BACK,
  /** The store is open elsewhere. */
  STORE_LOCKED,
  /** A training asks for what must wait for its own end. */
  TRAINING_ACTIVE,
  /** The folder holds something that is not an Attune store. */
  NOT_A_STORE,
  /** The store was written by a newer version. */
  UNSUPPORTED_FORMAT,
  /** A file of the store is damaged. */
  STORE_CORRUPT,
  /** The store was opened for reading, or refuses writes after a failed one. */
  READ_ONLY,
  /** Reading or writing the store failed. */
  STORE_IO,
  /** Training could not run or did not converge to finite weights. */
  TRAINING_FAILED,
  /** A training would need more memory than its request allows. */
  TRAINING_TOO_LARGE,
  /** A training took longer than its request allows. */
  TRAINING_TIMEOUT,
  /** No trainer on the class path. */
  TRAINER_MISSING,
  /** The embedding model could not answer. */
  EMBEDDING_FAILED,
  /** The chat model could not answer, or not in the form that was asked for. */
  CHAT_FAILED,
  /** The address of a model that may not be called. */
  URL_NOT_ALLOWED,
  /** A service that needs a key, and none is known. */
  API_KEY_MISSING,
  /** A search took longer than its request allowed. */
  SEARCH_TIMEOUT;

  /** The name used in files, logs and HTTP answers: lower case with underscores. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
