package org.attunedb.bench.ann;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** Median times of Attune divided by those of each peer, at equal recall. Stateless. */
final class PeerRatios {
  static final List<Double> RECALLS = List.of(0.95, 0.99);

  private PeerRatios() {}

  /**
   * One comparison.
   *
   * @param ours median of Attune in microseconds; empty if it doesn't reach the recall
   * @param theirs median of the peer
   */
  record Ratio(
      String engine, String peer, double recall, OptionalDouble ours, OptionalDouble theirs) {
    /** Below 1 where Attune is faster; empty unless both reach the recall. */
    OptionalDouble value() {
      return ours.isPresent() && theirs.isPresent()
          ? OptionalDouble.of(ours.getAsDouble() / theirs.getAsDouble())
          : OptionalDouble.empty();
    }

    ObjectNode toJson() {
      ObjectNode json =
          StrictJson.object().put("engine", engine).put("peer", peer).put("recall", recall);
      put(json, "engine_p50_us", ours);
      put(json, "peer_p50_us", theirs);
      put(json, "ratio", value());
      return json;
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
      if (value.isPresent()) {
        json.put(name, Math.round(value.getAsDouble() * 1e4) / 1e4);
      } else {
        json.putNull(name);
      }
    }
  }

  /** The curve of each engine, in the order of the results. */
  static Map<String, RecallCurve> curves(
      List<AnnResult> results, Function<List<AnnResult>, RecallCurve> curve) {
    Map<String, List<AnnResult>> byEngine = new LinkedHashMap<>();
    results.forEach(
        result -> byEngine.computeIfAbsent(result.engine(), e -> new ArrayList<>()).add(result));
    Map<String, RecallCurve> curves = new LinkedHashMap<>();
    byEngine.forEach((engine, own) -> curves.put(engine, curve.apply(own)));
    return curves;
  }

  /** Every engine of Attune with every other engine. */
  static List<Ratio> of(List<AnnResult> results) {
    Map<String, RecallCurve> curves = curves(results, RecallCurve::of);
    List<Ratio> ratios = new ArrayList<>();
    curves.forEach(
        (engine, ours) ->
            curves.forEach(
                (peer, theirs) -> {
                  if (isAttune(engine) && !isAttune(peer)) {
                    RECALLS.forEach(
                        recall ->
                            ratios.add(
                                new Ratio(
                                    engine,
                                    peer,
                                    recall,
                                    ours.p50At(recall),
                                    theirs.p50At(recall))));
                  }
                }));
    return ratios;
  }

  static boolean isAttune(String engine) {
    return engine.startsWith("attune");
  }

  static String table(List<Ratio> ratios) {
    if (ratios.isEmpty()) {
      return "";
    }
    TextTable table =
        TextTable.of(
            Column.text("engine"),
            Column.text("peer"),
            Column.number("recall"),
            Column.number("engine p50 µs"),
            Column.number("peer p50 µs"),
            Column.number("engine / peer"));
    for (Ratio ratio : ratios) {
      table.add(
          ratio.engine(),
          ratio.peer(),
          String.format(Locale.ROOT, "%.2f", ratio.recall()),
          number("%.1f", ratio.ours()),
          number("%.1f", ratio.theirs()),
          number("%.2f", ratio.value()));
    }
    return "\nMedian times at equal recall, interpolated; - where the recall is not reached:\n"
        + table;
  }

  static String number(String format, OptionalDouble value) {
    return value.isEmpty() ? "-" : String.format(Locale.ROOT, format, value.getAsDouble());
  }
}
