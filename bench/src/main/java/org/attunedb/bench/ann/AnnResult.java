package org.attunedb.bench.ann;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * One engine with one setting.
 *
 * @param engine its name
 * @param n rows that were searched
 * @param d dimension
 * @param parameters everything that was set, numbers and words by name
 * @param build how it was built
 * @param rssBytes memory of the whole process after the searches
 * @param recall share of the k nearest that were found, 0 to 1
 * @param timing of the searches
 */
record AnnResult(
    String engine,
    int n,
    int d,
    Map<String, Object> parameters,
    Build build,
    OptionalLong rssBytes,
    double recall,
    SearchTiming timing) {
  AnnResult {
    parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /**
   * What building took and left.
   *
   * @param seconds wall time until the first search could be asked
   * @param cpuSeconds of all threads of the process; empty where it can't be told
   * @param diskBytes of the index; empty for what lives in memory
   * @param heapBytes of Java's heap that the engine holds; empty outside of Java
   */
  record Build(
      double seconds, OptionalDouble cpuSeconds, OptionalLong diskBytes, OptionalLong heapBytes) {}

  /** A parameter as text; empty if it was not set. */
  String parameter(String name) {
    Object value = parameters.get(name);
    return value == null ? "" : value.toString();
  }

  ObjectNode toJson() {
    ObjectNode json = StrictJson.object().put("engine", engine).put("n", n).put("d", d);
    ObjectNode set = json.putObject("parameters");
    parameters.forEach((name, value) -> put(set, name, value));
    json.put("build_s", rounded(build.seconds(), 3));
    putOptional(json, "build_cpu_s", build.cpuSeconds());
    putOptional(json, "disk_bytes", build.diskBytes());
    putOptional(json, "heap_bytes", build.heapBytes());
    putOptional(json, "rss_bytes", rssBytes);
    return json.put("recall", rounded(recall, 5))
        .put("qps", rounded(timing.qps(), 1))
        .put("p50_us", rounded(timing.p50Micros(), 2))
        .put("p99_us", rounded(timing.p99Micros(), 2));
  }

  private static void put(ObjectNode json, String name, Object value) {
    switch (value) {
      case Integer number -> json.put(name, number);
      case Long number -> json.put(name, number);
      case Double number -> json.put(name, number);
      default -> json.put(name, value.toString());
    }
  }

  private static void putOptional(ObjectNode json, String name, OptionalLong value) {
    if (value.isPresent()) {
      json.put(name, value.getAsLong());
    } else {
      json.putNull(name);
    }
  }

  private static void putOptional(ObjectNode json, String name, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(name, rounded(value.getAsDouble(), 3));
    } else {
      json.putNull(name);
    }
  }

  private static double rounded(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }

  /**
   * Reads what a process printed.
   *
   * @param where what printed it, for the message
   * @throws InvalidInputException {@code missing_field} or {@code type_mismatch}
   */
  static AnnResult ofJson(ObjectNode json, String where) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    json.path("parameters")
        .properties()
        .forEach(e -> parameters.put(e.getKey(), value(e.getValue())));
    return new AnnResult(
        require(json, "engine", where).asText(),
        (int) number(json, "n", where),
        (int) number(json, "d", where),
        parameters,
        new Build(
            number(json, "build_s", where),
            json.path("build_cpu_s").isNumber()
                ? OptionalDouble.of(json.path("build_cpu_s").doubleValue())
                : OptionalDouble.empty(),
            optional(json, "disk_bytes"),
            optional(json, "heap_bytes")),
        optional(json, "rss_bytes"),
        number(json, "recall", where),
        new SearchTiming(
            number(json, "qps", where),
            number(json, "p50_us", where),
            number(json, "p99_us", where)));
  }

  private static Object value(JsonNode node) {
    if (node.isInt()) {
      return node.intValue();
    }
    if (node.isLong()) {
      return node.longValue();
    }
    return node.isNumber() ? (Object) node.doubleValue() : node.asText();
  }

  private static OptionalLong optional(ObjectNode json, String name) {
    JsonNode value = json.path(name);
    return value.isNumber() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
  }

  private static double number(ObjectNode json, String name, String where) {
    JsonNode value = require(json, name, where);
    if (!value.isNumber()) {
      throw new InvalidInputException(
          ErrorCode.TYPE_MISMATCH, "%s: '%s' is no number".formatted(where, name));
    }
    return value.doubleValue();
  }

  private static JsonNode require(ObjectNode json, String name, String where) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new InvalidInputException(
          ErrorCode.MISSING_FIELD, "%s: '%s' is missing".formatted(where, name));
    }
    return value;
  }
}
