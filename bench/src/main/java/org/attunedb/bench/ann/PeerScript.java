package org.attunedb.bench.ann;

import java.util.List;
import java.util.Locale;

/** The peers outside of the JVM, each a script in the folder of peers. */
enum PeerScript {
  /** hnswlib in C++, compiled for this machine. */
  HNSWLIB_CPP("hnswlib_cpp.sh", Language.SHELL),
  /** hnswlib's Python binding. */
  HNSWLIB_PYTHON("hnswlib_python.py", Language.PYTHON),
  /** faiss's HNSW. */
  FAISS_HNSW("faiss_hnsw.py", Language.PYTHON),
  /** faiss's inverted file. */
  FAISS_IVF("faiss_ivf.py", Language.PYTHON),
  /** usearch's node binding. */
  USEARCH("usearch.mjs", Language.NODE),
  /** LanceDB in node. */
  LANCEDB("lancedb.mjs", Language.NODE),
  /** Chroma's server with its own client. */
  CHROMA("chroma.mjs", Language.NODE);

  private final String file;
  private final Language language;

  PeerScript(String file, Language language) {
    this.file = file;
    this.language = language;
  }

  /** What runs a script. */
  enum Language {
    SHELL("sh"),
    PYTHON("python3"),
    NODE("nodejs npm");

    private final String packages;

    Language(String packages) {
      this.packages = packages;
    }

    /** Commands to try in turn. */
    List<String> commands() {
      return switch (this) {
        case SHELL -> List.of("sh");
        // Debian's packages are for its own Python, which need not be the first on the path.
        case PYTHON -> List.of("python3", "/usr/bin/python3");
        case NODE -> List.of("node");
      };
    }

    String packages() {
      return packages;
    }
  }

  String file() {
    return file;
  }

  Language language() {
    return language;
  }

  /** As people type it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
