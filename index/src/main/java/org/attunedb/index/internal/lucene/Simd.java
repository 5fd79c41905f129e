package org.attunedb.index.internal.lucene;

import org.apache.lucene.codecs.hnsw.DefaultFlatVectorScorer;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.attunedb.index.SimdProvider;
import org.slf4j.Logger;

/** Whether Lucene compares vectors by the processor's vector instructions. Stateless. */
public final class Simd {
  private Simd() {}

  /** What Lucene chose when it was loaded. */
  public static SimdProvider provider() {
    return FlatVectorScorerUtil.getLucene99FlatVectorsScorer() instanceof DefaultFlatVectorScorer
        ? SimdProvider.SCALAR
        : SimdProvider.PANAMA;
  }

  /** Tells what a forgotten option costs. The factor is measured in docs/engines.md. */
  public static void warnIfScalar(Logger logger) {
    if (provider() == SimdProvider.SCALAR) {
      logger.warn(
          "vectors are compared without SIMD, two to four times slower: start Java with"
              + " --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED");
    }
  }
}
