package org.attunedb.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.core.Refusals.assertRefused;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingConfigTest {
  @ParameterizedTest
  @CsvSource({
    "rank, 0",
    "rank, 513",
    "maxEpochs, 0",
    "maxEpochs, 1001",
    "batchSize, 0",
    "batchSize, 4097",
    "learningRate, 0",
    "learningRate, -0.1",
    "learningRate, 1.001",
    "learningRate, NaN",
    "shrink, -0.001",
    "shrink, 100.1",
    "shrink, NaN",
    "shrink, Infinity",
    "scale, 0",
    "scale, 1000.1",
    "scale, NaN",
    "scale, Infinity",
    "threads, 0",
    "threads, 257",
    "threads, -2147483648",
  })
  void new_optionOutOfRange_isRefusedNamingIt(String option, double value) {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> with(option, value))
        .withMessageContaining("option " + option + " ");
  }

  @ParameterizedTest
  @CsvSource({
    "rank, 1", "rank, 512",
    "maxEpochs, 1", "maxEpochs, 1000",
    "batchSize, 1", "batchSize, 4096",
    "learningRate, 4.9E-324", "learningRate, 1",
    "shrink, 0", "shrink, 100",
    "scale, 4.9E-324", "scale, 1000",
    "threads, 1", "threads, 256",
  })
  void new_optionAtItsLimit_isAccepted(String option, double value) {
    assertThat(with(option, value)).extracting(option).isIn(value, (int) value);
  }

  @Test
  void with_oneOption_changesOnlyThatOne() {
    TrainingConfig config = new TrainingConfig(1, 2, 3, 4, 0.5, 6, 7, 8);

    assertThat(config.withRank(20)).isEqualTo(new TrainingConfig(1, 20, 3, 4, 0.5, 6, 7, 8));
    assertThat(config.withMaxEpochs(30)).isEqualTo(new TrainingConfig(1, 2, 30, 4, 0.5, 6, 7, 8));
    assertThat(config.withThreads(80)).isEqualTo(new TrainingConfig(1, 2, 3, 4, 0.5, 6, 7, 80));
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> config.withThreads(0));
  }

  @Test
  void withSeed_moreProcessorsThanThreadsAllowed_usesTheMost() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ActiveProcessorCount=300",
                "-cp",
                System.getProperty("java.class.path"),
                PrintThreads.class.getName())
            .redirectErrorStream(true)
            .start();

    String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output).endsWith("threads=256");
  }

  /** Runs in a Java machine of its own, because the number of processors can't be set later. */
  static final class PrintThreads {
    private PrintThreads() {}

    public static void main(String[] args) {
      System.out.print("threads=" + TrainingConfig.withSeed(1).threads());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "gpu:0", "gpu:12"})
  void withDevice_known_isKept(String device) {
    TrainingConfig config = TrainingConfig.withSeed(1).withDevice(device);

    assertThat(config.device()).isEqualTo(device);
    assertThat(config.withRank(3).withThreads(2).withMaxEpochs(4).device()).isEqualTo(device);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GPU", "gpu", "gpu:", "gpu:-1", "gpu:01", "cuda:0", "gpu:100"})
  void withDevice_unknown_isRefused(String device) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> TrainingConfig.withSeed(1).withDevice(device))
        .withMessageContaining("'" + device + "'")
        .withMessageContaining("auto, cpu or gpu:N");
  }

  private static TrainingConfig with(String option, double value) {
    return new TrainingConfig(
        1,
        option.equals("rank") ? (int) value : 64,
        option.equals("maxEpochs") ? (int) value : 8,
        option.equals("batchSize") ? (int) value : 64,
        option.equals("learningRate") ? value : 1e-3,
        option.equals("shrink") ? value : 1e-3,
        option.equals("scale") ? value : 40,
        option.equals("threads") ? (int) value : 2);
  }
}
