package org.attunedb.bench.ann;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.attunedb.core.codec.StrictJson;

/**
 * How many of the true neighbours are among the best candidates by codes: the recall of a search
 * that compares these again exactly and misses none for another reason.
 *
 * @param data which vectors
 * @param n rows
 * @param d dimension
 * @param k neighbours wanted
 * @param kind of codes
 * @param points with rising over-fetch
 */
record CodeRecall(String data, int n, int d, int k, CodeKind kind, List<Point> points) {
  private static final int[] OVER_FETCHES = {
    1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 100
  };

  CodeRecall {
    points = List.copyOf(points);
  }

  /**
   * One number of candidates.
   *
   * @param overFetch candidates for each neighbour wanted
   * @param recall mean part of the neighbours that are among them, 0 to 1
   */
  record Point(int overFetch, double recall) {}

  /** Searches every query once and counts for every over-fetch. */
  static CodeRecall measure(
      String data,
      RowFile base,
      float[][] queries,
      Truth truth,
      int k,
      CodeKind kind,
      CodedRows rows)
      throws IOException {
    int most = OVER_FETCHES[OVER_FETCHES.length - 1];
    int[][] candidates = new int[queries.length][];
    for (int q = 0; q < queries.length; q++) {
      candidates[q] = rows.nearest(queries[q], k * most);
    }
    int[] counts = Arrays.stream(OVER_FETCHES).map(overFetch -> k * overFetch).toArray();
    double[] recalls = truth.recalls(candidates, k, counts);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < recalls.length; i++) {
      points.add(new Point(OVER_FETCHES[i], recalls[i]));
    }
    return new CodeRecall(data, base.rows(), base.width(), k, kind, points);
  }

  /** The smallest over-fetch that reaches a recall; empty if none does. */
  OptionalInt overFetch(double recall) {
    return points.stream()
        .filter(point -> point.recall() >= recall)
        .mapToInt(Point::overFetch)
        .findFirst();
  }

  /** The recall without comparing again. */
  double alone() {
    return points.getFirst().recall();
  }

  ObjectNode toJson() {
    ObjectNode json =
        StrictJson.object()
            .put("data", data)
            .put("n", n)
            .put("d", d)
            .put("k", k)
            .put("codes", kind.label());
    ObjectNode recalls = json.putObject("recall");
    points.forEach(point -> recalls.put(Integer.toString(point.overFetch()), point.recall()));
    return json;
  }
}
