package org.attunedb.core;

/** How two vectors are compared, and the scale of the scores that a search reports. */
public enum Similarity {
  /**
   * Cosine of the angle: -1 to 1, higher is closer. Vectors are scaled to unit length on write, and
   * read back so; zero vectors are refused.
   */
  COSINE,
  /** Inner product of the vectors as they are: any number, higher is closer. */
  DOT_PRODUCT,
  /** {@code 1 / (1 + d²)} for the Euclidean distance d: above 0 to 1, higher is closer. */
  EUCLIDEAN
}
