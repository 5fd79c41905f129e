package org.attunedb.index.internal.store;

/** The names of a collection's folders. */
public final class CollectionLayout {
  /** Lucene's files. */
  public static final String INDEX = "index";

  /** The operation log. */
  public static final String LOG = "log";

  /** Versions of the query adapter. */
  public static final String ADAPTERS = "adapters";

  /** Training jobs; missing before the first. */
  public static final String JOBS = "jobs";

  /** What people chose; missing before the first. */
  public static final String FEEDBACK = "feedback";

  private CollectionLayout() {}
}
