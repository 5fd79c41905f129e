package org.attunedb.server.ingest.gather;

import java.util.List;
import java.util.Optional;
import org.attunedb.server.ingest.extract.Part;

/** What became of one page or file. Immutable. */
public sealed interface Visit {
  /** The page's address or the file's URI, normalised. */
  String address();

  /**
   * A page that was read.
   *
   * @param canonical another address that it calls its own, although it stands for itself because
   *     there is no page
   */
  record Read(
      String address,
      Validators validators,
      List<Part> parts,
      List<String> links,
      Optional<String> canonical)
      implements Visit {
    /** Copies the lists. */
    public Read {
      parts = List.copyOf(parts);
      links = List.copyOf(links);
    }
  }

  /**
   * A page that is as it is remembered.
   *
   * @param asked whether that was found out just now; else it was by a run that did not end
   */
  record Unchanged(String address, boolean asked) implements Visit {}

  /** An address that has no page of its own, whatever was there before. */
  record Left(String address, Reason reason, String detail) implements Visit {}

  /**
   * A page that could not be read this time.
   *
   * @param known whether nothing can be missed behind it: it leads nowhere, or it is remembered and
   *     its remembered links were followed
   * @param damaged whether it is there but can't be taken: not readable, refused by the collection,
   *     or stored before and now too long or of another kind
   */
  record Failed(String address, String problem, boolean known, boolean damaged) implements Visit {
    /** A page that can't be had. */
    public Failed(String address, String problem, boolean known) {
      this(address, problem, known, false);
    }
  }

  /** Why there is no page. */
  enum Reason {
    /** The server says so (404, 410), or the file is gone. */
    NOT_FOUND,
    /** It leads to another address. */
    REDIRECTED,
    /** It calls another address its own. */
    CANONICAL,
    /** It has the same text as a page that was found before. */
    DUPLICATE,
    /** robots.txt forbids it. */
    DISALLOWED,
    /** It does not want to be found. */
    NOINDEX,
    /** Its path matches no pattern of those to include. */
    NOT_INCLUDED,
    /** It is of a kind that can't be read, and nothing is stored of it. */
    WRONG_TYPE,
    /** It is longer than allowed, and nothing is stored of it. */
    TOO_LARGE,
    /** It is not what it claims to be, and nothing is stored of it. */
    UNREADABLE,
    /** It has no text. */
    EMPTY,
    /** Its documents belong to another source, or to nobody. */
    TAKEN
  }
}
