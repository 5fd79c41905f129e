package org.attunedb.bench.jmh;

import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code attune bench jmh}. */
@Command(
    name = "jmh",
    description =
        "Time the hot paths with JMH, each benchmark in a JVM of its own:"
            + " applying an adapter, embedding, searching a synthetic collection, and vector search"
            + " by engine, dimension, filter, number of hits and threads.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class JmhCommand implements Callable<Integer> {
  private final Out out;

  @Parameters(
      arity = "0..1",
      paramLabel = "REGEX",
      defaultValue = ".*",
      description = "Run only benchmarks whose name, Class.method, has a match (default: all).")
  private String pattern = ".*";

  @Option(
      names = "--quick",
      description = "Short iterations and a small collection: to see that it runs, not to compare.")
  private boolean quick;

  @Mixin private final OutputForm form = new OutputForm();

  /** A command that writes its answer to stdout and progress to stderr. */
  public JmhCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    List<Timing> timings = new JmhBenchmarks(pattern, quick, out).run();
    out.out().print(form.of(() -> JmhTable.write(timings), () -> JmhJson.write(timings, quick)));
    return 0;
  }
}
