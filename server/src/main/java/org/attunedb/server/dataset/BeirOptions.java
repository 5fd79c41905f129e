package org.attunedb.server.dataset;

/**
 * How to read a folder.
 *
 * @param qrelsFolder name of the folder with {@code train.tsv} and {@code test.tsv}; some datasets
 *     ship several sets of judgments side by side
 * @param strict whether judgments of unknown documents or queries are an error instead of a count
 */
public record BeirOptions(String qrelsFolder, boolean strict) {
  /** The folder {@code qrels}, and unknown ids only counted. */
  public static BeirOptions defaults() {
    return new BeirOptions("qrels", false);
  }

  /** These options with another folder of judgments. */
  public BeirOptions withQrelsFolder(String folder) {
    return new BeirOptions(folder, strict);
  }

  /** These options with another strictness. */
  public BeirOptions withStrict(boolean newStrict) {
    return new BeirOptions(qrelsFolder, newStrict);
  }
}
