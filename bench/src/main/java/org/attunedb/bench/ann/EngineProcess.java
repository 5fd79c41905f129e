package org.attunedb.bench.ann;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Runs a task in a JVM of its own: memory and processor time are then those of one engine, and its
 * compiled code has seen no other.
 */
final class EngineProcess {
  private static final int SHOWN_ERROR = 2_000;

  private final List<String> prefix;
  private final List<String> jvmOptions;

  /**
   * A way to start JVMs.
   *
   * @param prefix words in front of the command, to confine it; may be empty
   * @param jvmOptions options after those of this JVM
   */
  EngineProcess(List<String> prefix, List<String> jvmOptions) {
    this.prefix = List.copyOf(prefix);
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  /** JVMs like this one. */
  static EngineProcess plain() {
    return new EngineProcess(List.of(), List.of());
  }

  /**
   * Runs a task to its end.
   *
   * @throws InvalidInputException as the process found it
   * @throws IOException if the process failed otherwise
   */
  void run(EngineTask task, EngineExperiment.Progress progress, Consumer<AnnResult> results)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("attune-bench-ann", ".err");
    try {
      Process process = new ProcessBuilder(command()).redirectError(errors.toFile()).start();
      try {
        send(process, task);
        read(process, task, progress, results);
        int code = process.waitFor();
        if (code != 0) {
          throw new IOException(
              "%s ended with code %s: %s"
                  .formatted(task.engine().label(), code, end(Files.readString(errors))));
        }
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Files.delete(errors);
    }
  }

  private static void send(Process process, EngineTask task) throws IOException {
    try (OutputStream in = process.getOutputStream()) {
      in.write(task.toJson().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void read(
      Process process,
      EngineTask task,
      EngineExperiment.Progress progress,
      Consumer<AnnResult> results)
      throws IOException {
    String name = task.engine().label();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        ObjectNode json = StrictJson.readObject(line, name);
        if (json.get("result") instanceof ObjectNode result) {
          results.accept(AnnResult.ofJson(result, name));
        } else if (json.has("error")) {
          throw new InvalidInputException(
              ErrorCode.valueOf(json.path("code").asText()), json.path("error").asText());
        } else {
          progress.update(json.path("progress").doubleValue(), json.path("step").asText());
        }
      }
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-javaagent") && !option.startsWith("-agentlib"))
        .forEach(command::add);
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    // The faster of jvector's two: its native code takes 1.1 to 1.6 times as long.
    command.add("-Djvector.enable_native_vectorization=false");
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(EngineMain.class.getName());
    return command;
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - SHOWN_ERROR)).strip();
  }
}
