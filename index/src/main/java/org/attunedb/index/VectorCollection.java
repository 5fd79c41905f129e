package org.attunedb.index;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.attunedb.core.Document;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;

/**
 * Documents of one kind, searched together.
 *
 * <p>Thread-safe. A write is as durable as the store's {@link Durability} says and visible to every
 * later read when its method returns; a batch becomes visible and durable as a whole or not at all.
 * Writes of several threads share one fsync. Reads run on an immutable view and never wait for
 * writes. Methods throw {@link IllegalStateException} after the store was closed and {@link
 * StoreException} when files can't be read or written: the outcome of such a write is unknown, and
 * the store refuses further writes until it is opened again. A null argument is a {@link
 * NullPointerException} that names the parameter, a null id {@code id_invalid}.
 */
public interface VectorCollection extends CollectionReads {
  /** Most documents in one batch. */
  int MAX_BATCH = 10_000;

  /** Most bytes of one batch: texts, metadata as JSON and four bytes for each component. */
  int MAX_BATCH_BYTES = 256 << 20;

  /** The name, unique in its store. */
  String name();

  /** What the collection was made for, and the format that its vectors have now. */
  CollectionSpec spec();

  /**
   * Adds documents; one whose id exists is replaced. Documents without an embedding are embedded
   * from their text. A text without anything to embed is kept for keyword search only.
   *
   * @param documents at most {@value #MAX_BATCH}, each id once
   * @throws InvalidInputException if any document can't be accepted; then none is written
   */
  void upsert(List<Document> documents);

  /**
   * Adds documents whose ids do not exist; otherwise as {@link #upsert}.
   *
   * @throws org.attunedb.core.error.ConflictException {@code already_exists} naming the first that
   *     exists; then none is written
   */
  void insert(List<Document> documents);

  /**
   * Begins to add very many documents: without a log and an fsync for each batch, with large
   * segments, and with one merge at the end, which rewrites the whole collection. Worth it where
   * the collection was empty, or much smaller than what is added. Other reads and writes may go on,
   * but writes that depend on what is there may miss what was just added; merges in the background
   * pause.
   *
   * @param listener is told of progress, in the thread that makes it
   */
  BulkLoad bulkLoad(Consumer<BulkProgress> listener);

  /**
   * Changes the metadata of documents; their texts and embeddings stay. Unknown ids are ignored.
   *
   * @return how many existed
   * @throws InvalidInputException if the metadata of any would be too large; then none is changed
   */
  long updateMetadata(Collection<String> ids, MetadataPatch patch);

  /**
   * Changes the metadata of every document that matches, at most {@value #MAX_BATCH}.
   *
   * @return how many did
   */
  long updateMetadata(Filter filter, MetadataPatch patch);

  /**
   * Deletes documents; unknown ids are ignored.
   *
   * @return how many existed
   */
  long delete(Collection<String> ids);

  /**
   * Deletes every document that matches.
   *
   * @return how many did
   */
  long delete(Filter filter);

  /** The collection as it is now, held until it is closed. */
  CollectionSnapshot snapshot();

  /**
   * Deletes every document. Adapters and feedback stay.
   *
   * @return how many there were
   */
  long truncate();

  /** Forces every acknowledged write to the disk: of use where writes are not {@code SYNC}. */
  void flush();

  /**
   * As {@link #flush}, and puts the operation log into the index. The next opening has less to
   * replay; the store does this by itself every 64 MiB of log and when it is closed.
   */
  void checkpoint();

  /**
   * Merges the index into one segment without deleted documents, which takes the longer the larger
   * it is; other reads and writes go on.
   */
  void compact();

  /**
   * As {@link #compact()}, and rewrites every vector in another format. The format is the
   * collection's from the moment this begins: after a crash it opens with segments of both, which
   * are searched alike, and a further call completes the change.
   *
   * @throws InvalidInputException if the format does not suit the collection; then nothing changes
   */
  void compact(VectorFormat format);

  /** Training, evaluation and versions of this collection's query adapter. */
  DeepMemory deepMemory();

  /** Searches that are also made with another adapter, to compare both on real queries. */
  ShadowSearch shadow(ShadowOptions options);

  /** What people chose among the answers, and training sets made of that. */
  FeedbackLog feedback();

  /** The size of the collection. */
  CollectionStats stats();
}
