package org.attunedb.server.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.attunedb.core.Document;

/**
 * A dataset that was read and checked: the judged queries in memory, the documents still on disk.
 * Immutable and safe for use by any number of threads, as long as nobody changes the folder.
 */
public final class BeirDataset {
  private final Path folder;
  private final long documentCount;
  private final List<JudgedQuery> train;
  private final List<JudgedQuery> test;
  private final UnknownIds unknownIds;

  BeirDataset(
      Path folder,
      long documentCount,
      List<JudgedQuery> train,
      List<JudgedQuery> test,
      UnknownIds unknownIds) {
    this.folder = folder;
    this.documentCount = documentCount;
    this.train = List.copyOf(train);
    this.test = List.copyOf(test);
    this.unknownIds = unknownIds;
  }

  /** The folder's own name. */
  public String name() {
    return name(folder);
  }

  /** What reports call a folder. */
  public static String name(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    // A zip file system's names of folders may end in a slash.
    return name == null ? "dataset" : name.toString().replace("/", "");
  }

  /** Number of documents in the corpus. */
  public long documentCount() {
    return documentCount;
  }

  /** Queries to learn from, in order of first appearance in their judgments; may be empty. */
  public List<JudgedQuery> train() {
    return train;
  }

  /** Queries to evaluate with, in order of first appearance in their judgments. */
  public List<JudgedQuery> test() {
    return test;
  }

  /** What was left out of both splits. */
  public UnknownIds unknownIds() {
    return unknownIds;
  }

  /**
   * Reads the documents anew, in the order of the file. The stream holds one batch in memory and
   * the file open: close it.
   *
   * @param batchSize documents in each list but the last, at least 1
   */
  public Stream<List<Document>> documents(int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size is " + batchSize + ", expected at least 1");
    }
    DocumentBatches batches = new DocumentBatches(DocumentFile.open(folder), batchSize);
    Spliterator<List<Document>> each =
        Spliterators.spliteratorUnknownSize(batches, Spliterator.ORDERED | Spliterator.NONNULL);
    return StreamSupport.stream(each, false).onClose(batches::close);
  }
}
