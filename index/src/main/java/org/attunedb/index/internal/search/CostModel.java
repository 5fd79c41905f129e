package org.attunedb.index.internal.search;

import org.attunedb.index.VectorFormat;

/**
 * What comparing vectors of one format costs, in nanoseconds of one thread. The constants are fits
 * to measurements that docs/engines.md describes; only their ratios decide. Immutable.
 *
 * @param scan of a vector in a scan, which reads on where the last one ended
 * @param visit of a vector or code in a walk: a cache miss, the comparison and the upkeep of the
 *     queues
 */
record CostModel(Line scan, Line visit) {
  /** A full vector behind a code: a cache miss. */
  private static final Line RESCORE = new Line(50, 0.30);

  /** Vectors of 4 bytes for each component, which every format but one scans. */
  private static final Line FLOATS = new Line(10, 0.19);

  private static final CostModel FLOAT32 = new CostModel(FLOATS, new Line(125, 0.34));
  private static final CostModel INT8 = new CostModel(FLOATS, new Line(210, 0.44));
  private static final CostModel INT4 = new CostModel(FLOATS, new Line(145, 0.35));
  private static final CostModel BINARY = new CostModel(FLOATS, new Line(185, 0.27));
  private static final CostModel JVECTOR = new CostModel(FLOATS, new Line(250, 0.48));
  private static final CostModel LVQ8 = new CostModel(new Line(33, 0.20), new Line(177, 0.30));

  /** Without a calibration: a walk compares about 40 ef^0.78 vectors. */
  private static final double VISITS = 40;

  private static final double VISITS_EXPONENT = 0.78;

  /**
   * A cost that grows with the dimension.
   *
   * @param fixed nanoseconds
   * @param component nanoseconds for each component
   */
  record Line(double fixed, double component) {
    double at(int dimension) {
      return fixed + component * dimension;
    }
  }

  static CostModel of(VectorFormat format) {
    return switch (format) {
      case FLOAT32 -> FLOAT32;
      case INT8 -> INT8;
      case INT4 -> INT4;
      case BINARY -> BINARY;
      case JVECTOR -> JVECTOR;
      case LVQ8 -> LVQ8;
    };
  }

  /** A scan. That of a filter's matches costs no more for each of them. */
  double scan(long vectors, int dimension) {
    return vectors * scan.at(dimension);
  }

  /**
   * A walk.
   *
   * @param visits vectors or codes that it compares
   * @param rescored full vectors that are compared after codes
   */
  double walk(double visits, long rescored, int dimension) {
    return visits * visit.at(dimension) + rescored * RESCORE.at(dimension);
  }

  /** The vectors that a walk compares where nothing was measured. */
  static double visits(double ef) {
    return VISITS * Math.pow(ef, VISITS_EXPONENT);
  }

  /** How the number of vectors that a walk compares grows when ef grows so many times. */
  static double growth(double times) {
    return Math.pow(times, VISITS_EXPONENT);
  }
}
