package org.attunedb.index.internal.search;

import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** A segment as it was before documents of it were deleted. As thread-safe as the segment. */
final class UndeletedDocs extends FilterLeafReader {
  private UndeletedDocs(LeafReader segment) {
    super(segment);
  }

  /** The segment itself if nothing of it was deleted. */
  static LeafReader of(LeafReader segment) {
    return segment.hasDeletions() ? new UndeletedDocs(segment) : segment;
  }

  @Override
  public @Nullable Bits getLiveDocs() {
    return null;
  }

  @Override
  public int numDocs() {
    return maxDoc();
  }

  @Override
  public @Nullable CacheHelper getCoreCacheHelper() {
    return in.getCoreCacheHelper();
  }

  @Override
  public @Nullable CacheHelper getReaderCacheHelper() {
    return null;
  }
}
