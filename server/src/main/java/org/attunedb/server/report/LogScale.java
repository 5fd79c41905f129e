package org.attunedb.server.report;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Ranks 1 to a last one on a logarithmic axis.
 *
 * @param last the highest rank, at least 1
 * @param from where rank 1 stands
 * @param to where the last one stands
 */
record LogScale(int last, double from, double to) {
  double at(double rank) {
    return last == 1 ? from : from + (to - from) * Math.log(rank) / Math.log(last);
  }

  /** 1, 3, 10, 30, 100 ... as far as the axis goes. */
  List<Integer> ticks() {
    return IntStream.of(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)
        .filter(rank -> rank <= last)
        .boxed()
        .toList();
  }
}
