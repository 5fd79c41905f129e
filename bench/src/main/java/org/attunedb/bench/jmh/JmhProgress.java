package org.attunedb.bench.jmh;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Turns JMH's running commentary into a progress bar on stderr. What else it says, the output of
 * the measuring JVM included, is kept for the benchmark at hand only, to be shown if it fails.
 */
final class JmhProgress implements OutputFormat {
  /** A failing benchmark tells at the end of its output why; more than this only hides it. */
  private static final int MAX_LOG = 8_000;

  private final ProgressBar bar;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private int done;

  /**
   * Starts the bar.
   *
   * @param iterations that will be run in all
   */
  JmhProgress(Out out, int iterations) {
    bar = new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "measuring", iterations);
  }

  /** What was said since the current benchmark began. */
  synchronized String log() {
    String all = log.toString(StandardCharsets.UTF_8);
    return all.substring(Math.max(0, all.length() - MAX_LOG)).strip();
  }

  /** A stream into the log. */
  PrintStream stream() {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int oneByte) {
            JmhProgress.this.write(oneByte);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            JmhProgress.this.write(Arrays.copyOfRange(bytes, offset, offset + length));
          }
        },
        true,
        StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void startBenchmark(BenchmarkParams params) {
    log.reset();
    bar.update(done, describe(params));
  }

  @Override
  public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

  @Override
  public synchronized void iterationResult(
      BenchmarkParams params, IterationParams iteration, int number, IterationResult result) {
    bar.update(++done, describe(params));
  }

  private static String describe(BenchmarkParams params) {
    StringBuilder text = new StringBuilder(Timing.shortName(params.getBenchmark()));
    params.getParamsKeys().forEach(name -> text.append(' ').append(params.getParam(name)));
    return text.toString();
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  @Override
  public void print(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void println(String text) {
    print(text + "\n");
  }

  @Override
  public void verbosePrintln(String text) {}

  @Override
  public synchronized void write(int oneByte) {
    log.write(oneByte);
  }

  @Override
  public synchronized void write(byte[] bytes) {
    log.writeBytes(bytes);
  }

  @Override
  public void flush() {}

  /** JMH closes its format after every benchmark; the bar ends with {@link #finish}. */
  @Override
  public void close() {}

  /** Ends the bar. */
  synchronized void finish() {
    bar.close();
  }
}
