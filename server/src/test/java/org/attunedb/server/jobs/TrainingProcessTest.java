package org.attunedb.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.attunedb.index.Attune;
import org.attunedb.index.ByteProgress;
import org.attunedb.server.CliRun;
import org.attunedb.server.cli.AttuneCli;
import org.attunedb.server.demo.HelpCentre;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of other processes: watched, cancelled and killed from outside. */
@Timeout(240)
class TrainingProcessTest {
  @TempDir private Path temp;

  @Test
  void jobs_trainingOfAnotherProcess_isShownAndCancelled()
      throws IOException, InterruptedException {
    Path store = temp.resolve("store");
    Process process = SlowTraining.process(SlowTraining.class, store).start();
    try (BufferedReader out = process.inputReader()) {
      String id = out.readLine();
      awaitState(store, id, "training");

      assertThat(jobs("status", store, id).out())
          .contains("| status                     | training                      |");
      assertThat(CliRun.of("stats", "--store", store).code()).isZero();
      assertThat(jobs("delete", store, id, "--yes").code()).isEqualTo(4);

      CliRun cancel = jobs("cancel", store, id);

      assertThat(cancel.err()).isEmpty();
      assertThat(cancel.out()).isEqualTo("job " + id + ": cancelled" + System.lineSeparator());
      assertThat(out.readLine()).isEqualTo("Cancelled[]");
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(jobs("logs", store, id).out()).contains(" cancelled");
      assertThat(jobs("cancel", store, id).fault())
          .isEqualTo(
              "attune: training job '%s' is cancelled, expected one that waits or runs"
                  .formatted(id));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void jobs_processKilled_areInterruptedAndTheStoreIsWhole()
      throws IOException, InterruptedException {
    Path store = temp.resolve("store");
    Process process = SlowTraining.process(SlowTraining.class, store).start();
    try (BufferedReader out = process.inputReader()) {
      String id = out.readLine();
      awaitState(store, id, "training");

      process.destroyForcibly().waitFor();

      assertThat(jobs("list", store).out()).contains(id + " | interrupted");
      assertThat(Attune.verify(store, ByteProgress.none()).damaged()).isEmpty();
      assertThat(jobs("cancel", store, id).code()).isEqualTo(4);
      // With the real trainer, which finds one query to be too few.
      CliRun resume = jobs("resume", store, id);
      assertThat(resume.err()).contains("training job " + id);
      assertThat(resume.code()).isZero();
      assertThat(resume.out()).contains("completed", "no improvement", "active adapter: none");
      assertThat(jobs("delete", store, id, "--yes").code()).isZero();
      assertThat(jobs("list", store).out()).isEqualTo("no training jobs\n");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void train_askedToEnd_isCancelledAndTheStoreIsClosed() throws IOException, InterruptedException {
    Path data = HelpCentre.extractInto(temp);
    Path store = temp.resolve("store");
    assertThat(
            CliRun.of(
                    "import",
                    "--store",
                    store,
                    "--collection",
                    SlowTraining.COLLECTION,
                    "--create",
                    "lexical",
                    data)
                .code())
        .isZero();
    Process process =
        SlowTraining.process(
                AttuneCli.class,
                "train",
                "--store",
                store,
                "--collection",
                SlowTraining.COLLECTION,
                "--data",
                data,
                "--epochs",
                1000)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.startsWith("training job ")) {
        line = out.readLine();
      }
      assertThat(line).isNotNull();
      String id = line.substring("training job ".length());
      awaitLog(store, id, "recall@10 without an adapter");

      // As Ctrl-C, but a process that was started in the background may ignore that.
      process.toHandle().destroy();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
      assertThat(out.lines())
          .contains("`attune jobs resume " + id + "` goes on with this training");
      assertThat(jobs("list", store).out()).contains(id + " | cancelled");
      assertThat(CliRun.of("adapters", "list", "--store", store, "--collection", "things").out())
          .isEqualTo("no adapter versions\n");
      // A store that was closed has nothing to replay.
      try (var log = Files.list(store.resolve("collections/things/log"))) {
        assertThat(log).isEmpty();
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static CliRun jobs(String command, Path store, Object... more) {
    Object[] arguments = new Object[6 + more.length];
    System.arraycopy(
        new Object[] {"jobs", command, "--store", store, "--collection", SlowTraining.COLLECTION},
        0,
        arguments,
        0,
        6);
    System.arraycopy(more, 0, arguments, 6, more.length);
    return CliRun.of(arguments);
  }

  private static void awaitState(Path store, String id, String state) throws InterruptedException {
    while (!jobs("list", store).out().contains(id + " | " + state)) {
      Thread.sleep(50);
    }
  }

  private static void awaitLog(Path store, String id, String text) throws InterruptedException {
    while (!jobs("logs", store, id).out().contains(text)) {
      Thread.sleep(100);
    }
  }
}
