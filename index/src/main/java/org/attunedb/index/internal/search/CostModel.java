package org.attunedb.index.internal.search;

/**
 * What comparing vectors costs, in nanoseconds of one thread. The constants are fits to
 * measurements that docs/engines.md describes; only their ratios decide. Stateless.
 */
final class CostModel {
  /** Of a vector in a scan: reading on where the last one ended. */
  private static final double SCAN = 12;

  private static final double SCAN_COMPONENT = 0.10;

  /** Of a vector in a walk: a cache miss and the upkeep of the queues. */
  private static final double VISIT = 100;

  private static final double VISIT_COMPONENT = 0.12;

  /** Without a calibration: a walk compares about 40 ef^0.78 vectors. */
  private static final double VISITS = 40;

  private static final double VISITS_EXPONENT = 0.78;

  private CostModel() {}

  static double scan(long vectors, int dimension) {
    return vectors * (SCAN + SCAN_COMPONENT * dimension);
  }

  static double walk(double visits, int dimension) {
    return visits * (VISIT + VISIT_COMPONENT * dimension);
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
