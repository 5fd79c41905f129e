package org.attunedb.bench.jmh;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.workflow.TemporaryFolder;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Chooses benchmarks, makes the stores that they need, and has JMH run them. */
final class JmhBenchmarks {
  private static final String QUICK_DOCUMENTS = "1000";

  /** Parameter of benchmarks that make their own vectors: how many. */
  private static final String VECTORS = "vectors";

  private final String pattern;
  private final boolean quick;
  private final Out out;

  JmhBenchmarks(String pattern, boolean quick, Out out) {
    this.pattern = pattern;
    this.quick = quick;
    this.out = out;
  }

  /**
   * Runs what matches.
   *
   * @throws InvalidInputException if the pattern is none or nothing matches it
   */
  List<Timing> run() throws IOException, InterruptedException, RunnerException {
    List<BenchmarkListEntry> chosen = choose();
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-jmh-")) {
      makeStores(chosen, folder.path());
      return measure(chosen, folder.path());
    }
  }

  private List<BenchmarkListEntry> choose() {
    Pattern wanted;
    try {
      wanted = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "'%s' is not a regular expression: %s".formatted(pattern, e.getDescription()),
          e);
    }
    OutputFormat silent = OutputFormatFactory.createFormatInstance(out.err(), VerboseMode.SILENT);
    List<BenchmarkListEntry> all =
        List.copyOf(BenchmarkList.defaultList().find(silent, List.of(".*"), List.of()));
    List<BenchmarkListEntry> chosen =
        all.stream().filter(e -> wanted.matcher(Timing.shortName(e.getUsername())).find()).toList();
    if (chosen.isEmpty()) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "no benchmark matches '%s', expected some of %s"
              .formatted(
                  pattern,
                  all.stream().map(e -> Timing.shortName(e.getUsername())).sorted().toList()));
    }
    return chosen;
  }

  private void makeStores(List<BenchmarkListEntry> chosen, Path folder)
      throws InterruptedException {
    List<String> sizes =
        chosen.stream()
            .flatMap(e -> Stream.of(values(e, SyntheticStore.SIZE_PARAMETER)))
            .distinct()
            .toList();
    for (String size : sizes) {
      out.err().println("making a collection of " + size + " documents");
      SyntheticStore.create(folder, Integer.parseInt(size));
    }
  }

  private List<Timing> measure(List<BenchmarkListEntry> chosen, Path folder)
      throws RunnerException {
    Options options = options(chosen, folder);
    int iterations =
        chosen.stream().mapToInt(JmhBenchmarks::combinations).sum()
            * (options.getWarmupIterations().get() + options.getMeasurementIterations().get());
    JmhProgress progress = new JmhProgress(out, iterations);
    PrintStream systemOut = System.out;
    PrintStream systemErr = System.err;
    try {
      // What the measuring JVM prints, JMH passes on to the streams of this one.
      System.setOut(progress.stream());
      System.setErr(progress.stream());
      Collection<RunResult> results = new Runner(options, progress).run();
      return results.stream().map(Timing::of).toList();
    } catch (RunnerException e) {
      out.err().println(progress.log());
      throw e;
    } finally {
      System.setOut(systemOut);
      System.setErr(systemErr);
      progress.finish();
    }
  }

  private Options options(List<BenchmarkListEntry> chosen, Path folder) {
    OptionsBuilder options = new OptionsBuilder();
    chosen.forEach(e -> options.include("^" + Pattern.quote(e.getUsername()) + "$"));
    // Besides these, a fork has the options of this JVM: those of the launcher and of the user.
    options
        .jvmArgsAppend(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-D" + SyntheticStore.FOLDER + "=" + folder)
        .forks(1)
        .shouldFailOnError(true)
        .warmupIterations(quick ? 1 : 3)
        .warmupTime(quick ? TimeValue.milliseconds(200) : TimeValue.seconds(1))
        .measurementIterations(quick ? 3 : 5)
        .measurementTime(quick ? TimeValue.milliseconds(100) : TimeValue.seconds(1));
    if (quick) {
      options.param(SyntheticStore.SIZE_PARAMETER, QUICK_DOCUMENTS);
      options.param(VECTORS, QUICK_DOCUMENTS);
    }
    return options.build();
  }

  private static int combinations(BenchmarkListEntry benchmark) {
    return benchmark.getParams().orElse(Map.of()).values().stream()
        .mapToInt(values -> values.length)
        .reduce(1, (a, b) -> a * b);
  }

  private String[] values(BenchmarkListEntry benchmark, String parameter) {
    String[] own = benchmark.getParams().orElse(Map.of()).get(parameter);
    if (own == null) {
      return new String[0];
    }
    return quick ? new String[] {QUICK_DOCUMENTS} : own;
  }
}
