package org.attunedb.bench.jmh;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalDouble;
import org.attunedb.core.codec.StrictJson;

/**
 * Timings as one line of JSON. The form is documented in docs/benchmarks.md and stable: others
 * parse it; members may be added.
 */
final class JmhJson {
  private JmhJson() {}

  static String write(List<Timing> timings, boolean quick) {
    ObjectNode json = StrictJson.object();
    json.put("java", Runtime.version().toString());
    json.put("quick", quick);
    json.putArray("results");
    timings.forEach(timing -> add(json.withArray("results").addObject(), timing));
    return json + "\n";
  }

  private static void add(ObjectNode json, Timing timing) {
    json.put("benchmark", timing.benchmark());
    ObjectNode parameters = json.putObject("parameters");
    timing.parameters().forEach(parameters::put);
    json.put("score", timing.score());
    put(json, "error", timing.error());
    put(json, "p50", timing.p50());
    put(json, "p99", timing.p99());
    json.put("unit", timing.unit());
  }

  private static void put(ObjectNode json, String member, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(member, value.getAsDouble());
    } else {
      json.putNull(member);
    }
  }
}
