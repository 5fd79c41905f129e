package org.attunedb.index.internal.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.search.Query;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingLimits;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/** {@code request.json}: labels and settings of a job, so that it can be resumed. Stateless. */
final class RequestJson {
  static final String FILE = "request.json";
  private static final int FORMAT_VERSION = 2;

  /** An older release would train for all searches what is for those of a scope. */
  private static final int WITHOUT_SCOPE = 1;

  private RequestJson() {}

  /** About how long the file would be, at least. */
  static long bytes(TrainingRequest request) {
    long bytes = 0;
    for (int i = 0; i < request.labels().size(); i++) {
      Query query = request.labels().queries().get(i);
      String text = query.text();
      bytes += text == null ? 0 : text.length();
      bytes += vector(query).map(vector -> vector.dimension() * 16L / 3).orElse(0L);
      for (String id : request.labels().relevance().get(i).grades().keySet()) {
        bytes += id.length() + 16L;
      }
    }
    return bytes;
  }

  private static Optional<Embedding> vector(Query query) {
    return switch (query) {
      case Query.ByText text -> Optional.empty();
      case Query.ByEmbedding given -> Optional.of(given.embedding());
      case Query.ByTextAndEmbedding given -> Optional.of(given.embedding());
    };
  }

  static void write(StoreFiles files, Path folder, TrainingRequest request) {
    ObjectNode json =
        SealedJson.object(request.scope().isPresent() ? FORMAT_VERSION : WITHOUT_SCOPE);
    json.put("strict", request.strict());
    json.put("start", request.start().name());
    request.scope().ifPresent(scope -> json.set("scope", FilterJson.write(scope.filter())));
    request.limits().time().ifPresent(limit -> json.put("timeLimit", limit.toString()));
    json.put("memoryLimit", request.limits().memoryBytes());
    TrainingConfig config = request.config();
    json.putObject("config")
        .put("seed", config.seed())
        .put("rank", config.rank())
        .put("maxEpochs", config.maxEpochs())
        .put("batchSize", config.batchSize())
        .put("learningRate", config.learningRate())
        .put("shrink", config.shrink())
        .put("scale", config.scale())
        .put("threads", config.threads())
        .put("device", config.device());
    ArrayNode queries = json.putArray("queries");
    for (int i = 0; i < request.labels().size(); i++) {
      Query query = request.labels().queries().get(i);
      ObjectNode each = queries.addObject();
      String text = query.text();
      if (text != null) {
        each.put("text", text);
      }
      vector(query).ifPresent(vector -> each.put("vector", encode(vector)));
      ObjectNode grades = each.putObject("relevance");
      request.labels().relevance().get(i).grades().forEach(grades::put);
    }
    SealedJson.write(files, folder.resolve(FILE), json);
  }

  private static String encode(Embedding vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.dimension() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector.toArray());
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static Embedding decode(String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    float[] components = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
    return Embedding.of(components);
  }

  static TrainingRequest read(StoreFiles files, Path folder) {
    Path file = folder.resolve(FILE);
    SealedJson json = SealedJson.read(files, file, FORMAT_VERSION);
    try {
      return new TrainingRequest(
          labels(json.member("queries")),
          config(json.member("config")),
          json.member("strict").asBoolean(),
          // Requests of earlier releases don't say, and meant their labels alone.
          TrainingRequest.Start.valueOf(
              json.member("start").asText(TrainingRequest.Start.NOTHING.name())),
          new TrainingLimits(
              Optional.ofNullable(json.member("timeLimit").textValue()).map(Duration::parse),
              json.requireLong("memoryLimit", Long.MAX_VALUE)),
          json.member("scope").isMissingNode()
              ? Optional.empty()
              : Optional.of(AdapterScope.of(FilterJson.read(json.member("scope")))));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + e.getMessage(), e);
    }
  }

  private static LabelledQueries labels(JsonNode json) {
    List<Query> queries = new ArrayList<>();
    List<Relevance> relevance = new ArrayList<>();
    for (JsonNode each : json) {
      queries.add(query(each.path("text").textValue(), each.path("vector").textValue()));
      Map<String, Double> grades = new LinkedHashMap<>();
      each.path("relevance")
          .properties()
          .forEach(grade -> grades.put(grade.getKey(), grade.getValue().asDouble()));
      relevance.add(Relevance.of(grades));
    }
    return new LabelledQueries(queries, relevance);
  }

  private static Query query(@Nullable String text, @Nullable String vector) {
    if (vector == null) {
      return new Query.ByText(String.valueOf(text));
    }
    return text == null
        ? new Query.ByEmbedding(decode(vector))
        : new Query.ByTextAndEmbedding(text, decode(vector));
  }

  private static TrainingConfig config(JsonNode json) {
    return new TrainingConfig(
        json.path("seed").asLong(),
        json.path("rank").asInt(),
        json.path("maxEpochs").asInt(),
        json.path("batchSize").asInt(),
        json.path("learningRate").asDouble(),
        json.path("shrink").asDouble(),
        json.path("scale").asDouble(),
        json.path("threads").asInt(),
        json.path("device").asText());
  }
}
