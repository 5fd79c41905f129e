package org.attunedb.server.transfer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Forms in which documents lie in files. */
enum TransferFormat {
  /** One JSON document a line; keeps everything. */
  JSONL,
  /** A folder with a {@code corpus.jsonl}; keeps everything but vectors. */
  BEIR,
  /** Vectors in binary, ids in a file beside; keeps nothing else. */
  FVECS;

  /** What a file most likely is, by its name. */
  static TransferFormat of(Path path) {
    if (Files.isDirectory(path)) {
      return BEIR;
    }
    boolean vectors = path.toString().toLowerCase(Locale.ROOT).endsWith(".fvecs");
    return vectors ? FVECS : JSONL;
  }
}
