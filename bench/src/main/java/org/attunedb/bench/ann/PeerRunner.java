package org.attunedb.bench.ann;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.terminal.PlainText;

/** Runs scripts of peers. Stateless but for the folder. */
final class PeerRunner {
  /** {@code EX_UNAVAILABLE} of sysexits.h: by this a script says that its peer is not installed. */
  private static final int UNAVAILABLE = 69;

  private static final int SHOWN_ERROR = 500;

  private final Path folder;

  PeerRunner(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs a script to its end.
   *
   * @param results is told each result as soon as it is there
   * @return why there is none, if the peer is not installed or failed
   */
  Optional<String> run(PeerScript script, EngineTask task, Consumer<AnnResult> results)
      throws IOException, InterruptedException {
    String reason = "";
    for (String command : script.language().commands()) {
      if (!isInstalled(command)) {
        reason =
            reason.isEmpty()
                ? "no %s; install it with: apt-get install %s"
                    .formatted(command, script.language().packages())
                : reason;
        continue;
      }
      Ending ending = run(command, script, task, results);
      if (ending.code() == 0) {
        return Optional.empty();
      }
      reason =
          ending.code() == UNAVAILABLE
              ? ending.said()
              : "it failed with code " + ending.code() + ": " + ending.said();
      if (ending.code() != UNAVAILABLE) {
        break;
      }
    }
    return Optional.of(reason);
  }

  private record Ending(int code, String said) {}

  private static boolean isInstalled(String command) {
    if (command.startsWith("/")) {
      return Files.isExecutable(Path.of(command));
    }
    String path = System.getenv("PATH");
    return path != null
        && List.of(path.split(java.io.File.pathSeparator, -1)).stream()
            .anyMatch(at -> Files.isExecutable(Path.of(at, command)));
  }

  private Ending run(
      String command, PeerScript script, EngineTask task, Consumer<AnnResult> results)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("attune-bench-peer", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(words(command, script, task))
              .directory(folder.toFile())
              .redirectError(errors.toFile());
      builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
      builder.environment().put("LANCE_CPU_THREADS", "1");
      Process process = builder.start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        process.getOutputStream().close();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("{")) {
            String name = script.label();
            results.accept(AnnResult.ofJson(StrictJson.readObject(line, name), name));
          }
        }
        return new Ending(process.waitFor(), last(Files.readString(errors)));
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Files.delete(errors);
    }
  }

  private static String last(String text) {
    String line = PlainText.oneLine(text.strip());
    return line.substring(Math.max(0, line.length() - SHOWN_ERROR));
  }

  private List<String> words(String command, PeerScript script, EngineTask task) {
    List<String> words =
        new ArrayList<>(List.of(command, folder.resolve(script.file()).toString()));
    add(words, "--base", task.files().base());
    add(words, "--query", task.files().queries());
    add(words, "--groundtruth", task.files().truth());
    add(words, "--k", task.k());
    add(words, "--ef", task.efs().stream().map(String::valueOf).collect(Collectors.joining(",")));
    add(words, "--similarity", name(task.similarity()));
    add(words, "--rounds", task.search().rounds());
    add(words, "--warmup", task.search().warmup());
    add(words, "--m", task.graph().m());
    add(words, "--ef-construction", task.graph().efConstruction());
    return words;
  }

  private static String name(Similarity similarity) {
    return similarity.name().toLowerCase(Locale.ROOT);
  }

  private static void add(List<String> words, String option, Object value) {
    words.add(option);
    words.add(value.toString());
  }
}
