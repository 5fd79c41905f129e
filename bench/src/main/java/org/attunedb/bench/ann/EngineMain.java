package org.attunedb.bench.ann;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.InvalidInputException;

/**
 * The process in which one engine is measured: reads its task from stdin and writes a line of JSON
 * for each step of the progress and for each result. Public because Java starts it.
 */
public final class EngineMain {
  private static final int REPORT_MILLIS = 100;

  private final PrintStream out;
  private long lastReport;

  private EngineMain(PrintStream out) {
    this.out = out;
  }

  /** Measures. */
  public static void main(String[] args) throws Exception {
    PrintStream protocol = System.out;
    // What libraries print must not come between the lines.
    System.setOut(System.err);
    EngineMain main = new EngineMain(protocol);
    EngineTask task =
        EngineTask.ofJson(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
    try {
      main.measure(task);
    } catch (InvalidInputException e) {
      protocol.println(
          StrictJson.object().put("error", e.getMessage()).put("code", e.code().name()));
    }
    protocol.flush();
  }

  private void measure(EngineTask task) throws IOException, InterruptedException {
    try (AnnFiles files = AnnFiles.open(task);
        Engine engine = task.engine().create(task)) {
      EngineExperiment experiment =
          new EngineExperiment(task, files, engine, this::progress, this::result);
      switch (task.experiment()) {
        case SEARCH -> experiment.search();
        case BUILT -> experiment.build();
        case DELETES -> new DeletesExperiment(task, files, (AttuneEngine) engine, experiment).run();
        case REOPENED -> experiment.reopened();
      }
    }
  }

  private void progress(double share, String step) {
    long now = System.nanoTime() / 1_000_000;
    if (now - lastReport >= REPORT_MILLIS) {
      lastReport = now;
      out.println(StrictJson.object().put("progress", share).put("step", step));
      out.flush();
    }
  }

  private void result(AnnResult result) {
    out.println(
        StrictJson.object()
            .<com.fasterxml.jackson.databind.node.ObjectNode>set("result", result.toJson()));
    out.flush();
  }
}
