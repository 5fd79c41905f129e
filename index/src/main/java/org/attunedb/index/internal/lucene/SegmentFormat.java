package org.attunedb.index.internal.lucene;

import java.util.Optional;
import org.apache.lucene.index.SegmentInfo;
import org.attunedb.index.VectorFormat;

/**
 * The format of a segment's vectors, which its writer notes among the attributes of the segment. A
 * segment without that attribute has no vectors or comes from a time when there was one format.
 * Stateless.
 */
public final class SegmentFormat {
  private static final String ATTRIBUTE = "attune.vectorFormat";

  private SegmentFormat() {}

  /** Notes the format of a segment that is being written. */
  public static void write(SegmentInfo segment, VectorFormat format) {
    segment.putAttribute(ATTRIBUTE, format.name());
  }

  /** The format that a segment names; empty if it names none. */
  static Optional<VectorFormat> named(SegmentInfo segment) {
    return Optional.ofNullable(segment.getAttribute(ATTRIBUTE)).map(VectorFormat::valueOf);
  }

  /** The format of a segment's vectors, if it has any. */
  public static VectorFormat of(SegmentInfo segment) {
    return named(segment).orElse(VectorFormat.FLOAT32);
  }
}
