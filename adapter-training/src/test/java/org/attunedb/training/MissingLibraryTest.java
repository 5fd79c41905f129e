package org.attunedb.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process without PyTorch's native library, and none unpacked earlier. */
@Timeout(120)
class MissingLibraryTest {
  @TempDir private Path temp;

  @Test
  void train_withoutNativeLibrary_saysWhatIsMissingEveryTimeAndLeavesPropertiesAlone()
      throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("pytorch-native"))
            .collect(Collectors.joining(File.pathSeparator));
    Path out = temp.resolve("out.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "-DENGINE_CACHE_DIR=" + temp.resolve("cache"),
                "--enable-native-access=ALL-UNNAMED",
                Main.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();

    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    List<String> lines =
        Files.readAllLines(out).stream().filter(line -> line.startsWith("> ")).toList();
    assertThat(lines).as(Files.readString(out)).hasSize(3);
    assertThat(lines.subList(0, 2))
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("TRAINING_FAILED")
                    .contains("ai.djl.pytorch:pytorch-native-cpu"));
    assertThat(lines.getLast()).isEqualTo("> offline null, opt out null");
  }

  /** Trains twice: a class that failed to initialise fails in another way the second time. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          new DjlAdapterTrainer()
              .train(
                  new Synthetic(1).trainingSet(64, 0),
                  TrainingConfig.withSeed(1),
                  TrainingContext.none());
        } catch (TrainingException e) {
          System.out.println("> " + e.code() + ": " + e.getMessage());
        }
      }
      System.out.println(
          "> offline %s, opt out %s"
              .formatted(
                  System.getProperty("ai.djl.offline"), System.getProperty("OPT_OUT_TRACKING")));
    }
  }
}
