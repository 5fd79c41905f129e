package org.attunedb.index.internal.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.training.GateDecision;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelUsage;
import org.attunedb.index.TrainingProgress;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;

/** {@code job.json}: a {@link JobRecord}; {@code docs/formats.md} has the members. Stateless. */
final class JobJson {
  static final String FILE = "job.json";
  private static final int FORMAT_VERSION = 1;

  /** More than anybody resumes; a number beyond it is damage. */
  private static final int MAX_ATTEMPT = 1_000_000;

  private JobJson() {}

  static void write(StoreFiles files, Path folder, JobRecord job) {
    ObjectNode json = SealedJson.object(FORMAT_VERSION);
    json.put("number", job.number());
    json.put("id", job.id());
    json.put("submitted", job.submitted().toString());
    json.put("attempt", job.attempt());
    json.put("process", job.owner().pid());
    json.put("processStarted", job.owner().started());
    write(json, job.state());
    write(json.putObject("progress"), job.progress());
    job.fit()
        .ifPresent(
            fit ->
                json.putObject("fit")
                    .put("corpus", fit.corpus())
                    .put("labels", fit.labels())
                    .put("config", fit.config())
                    .put("trainer", fit.trainer()));
    SealedJson.write(files, folder.resolve(FILE), json);
  }

  private static void write(ObjectNode json, JobState state) {
    json.put("state", name(state));
    switch (state) {
      case JobState.Completed completed -> {
        GateDecision decision = completed.decision();
        json.put("outcome", decision.outcome().name().toLowerCase(Locale.ROOT));
        json.put("reason", decision.reason());
        ObjectNode metrics = json.putObject("metrics");
        new TreeMap<>(decision.metrics()).forEach((name, value) -> finite(metrics, name, value));
        json.put("version", completed.version().orElse(null));
        LabelUsage usage = completed.usage();
        json.putObject("usage")
            .put("queries", usage.queries())
            .put("withoutRelevantDocument", usage.withoutRelevantDocument())
            .put("withoutVector", usage.withoutVector())
            .put("unknownDocuments", usage.unknownDocuments());
      }
      case JobState.Failed failed -> {
        json.put("code", failed.code().wireName());
        json.put("message", failed.message());
      }
      case JobState.Pending p -> {}
      case JobState.Training t -> {}
      case JobState.Cancelled c -> {}
      case JobState.Interrupted i -> {}
    }
  }

  private static String name(JobState state) {
    return state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static void write(ObjectNode json, TrainingProgress progress) {
    json.put("stage", progress.stage());
    json.put("epoch", progress.epoch());
    json.put("step", progress.step());
    json.put("steps", progress.steps());
    progress.loss().ifPresent(value -> finite(json, "loss", value));
    progress.recallAt10().ifPresent(value -> finite(json, "recallAt10", value));
    progress.delta().ifPresent(value -> finite(json, "delta", value));
    json.put("etaMillis", progress.eta().toMillis());
  }

  /** JSON has no other numbers. */
  private static void finite(ObjectNode json, String member, double value) {
    if (Double.isFinite(value)) {
      json.put(member, value);
    }
  }

  static JobRecord read(StoreFiles files, Path folder) {
    Path file = folder.resolve(FILE);
    SealedJson json = SealedJson.read(files, file, FORMAT_VERSION);
    requireOwnId(json.requireText("id"), file, folder);
    try {
      return new JobRecord(
          json.requireLong("number", Long.MAX_VALUE),
          json.requireText("id"),
          Instant.parse(json.requireText("submitted")),
          Math.toIntExact(json.requireLong("attempt", MAX_ATTEMPT)),
          new OwnerProcess(
              json.requireLong("process", Long.MAX_VALUE),
              json.requireLong("processStarted", Long.MAX_VALUE)),
          state(json),
          progress(json.member("progress")),
          fit(json.member("fit")));
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + e.getMessage(), e);
    }
  }

  /** The id leads to the files that are read, written and deleted: it must not lead elsewhere. */
  private static void requireOwnId(String id, Path file, Path folder) {
    if (!JobStore.ID.matcher(id).matches() || !folder.endsWith(id)) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          "%s: id is '%s', expected the name of the job's folder".formatted(file, id));
    }
  }

  private static JobState state(SealedJson json) {
    String name = json.requireText("state");
    return switch (name) {
      case "pending" -> new JobState.Pending();
      case "training" -> new JobState.Training();
      case "cancelled" -> new JobState.Cancelled();
      case "interrupted" -> new JobState.Interrupted();
      case "failed" ->
          new JobState.Failed(
              ErrorCode.valueOf(json.requireText("code").toUpperCase(Locale.ROOT)),
              json.requireText("message"));
      case "completed" -> completed(json);
      default -> throw new IllegalArgumentException("state is '" + name + "'");
    };
  }

  private static JobState completed(SealedJson json) {
    Map<String, Double> metrics = new TreeMap<>();
    json.member("metrics")
        .properties()
        .forEach(metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
    JsonNode usage = json.member("usage");
    return new JobState.Completed(
        new GateDecision(
            GateDecision.Outcome.valueOf(json.requireText("outcome").toUpperCase(Locale.ROOT)),
            json.requireText("reason"),
            metrics),
        Optional.ofNullable(json.member("version").textValue()),
        new LabelUsage(
            usage.path("queries").asInt(),
            usage.path("withoutRelevantDocument").asInt(),
            usage.path("withoutVector").asInt(),
            usage.path("unknownDocuments").asInt()));
  }

  private static TrainingProgress progress(JsonNode json) {
    return new TrainingProgress(
        json.path("stage").asText(),
        json.path("epoch").asInt(),
        json.path("step").asInt(),
        json.path("steps").asInt(),
        number(json, "loss"),
        number(json, "recallAt10"),
        number(json, "delta"),
        Duration.ofMillis(json.path("etaMillis").asLong()));
  }

  private static OptionalDouble number(JsonNode json, String member) {
    JsonNode value = json.path(member);
    return value.isNumber() ? OptionalDouble.of(value.doubleValue()) : OptionalDouble.empty();
  }

  private static Optional<JobFit> fit(JsonNode json) {
    return json.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new JobFit(
                json.path("corpus").asText(),
                json.path("labels").asText(),
                json.path("config").asText(),
                json.path("trainer").asText()));
  }
}
