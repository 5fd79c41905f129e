package org.attunedb.bench.study;

import java.util.List;
import org.attunedb.server.cli.Out;
import picocli.CommandLine;

/**
 * The studies as sub-commands of {@code attune bench}: {@code curve}, {@code null}, {@code
 * ablation}.
 */
public final class StudyCommands {
  private StudyCommands() {}

  /** The commands, which write their answers to stdout and progress to stderr. */
  public static List<CommandLine> create(Out out) {
    return List.of(
        new CommandLine(new CurveCommand(out)),
        new CommandLine(new NullCommand(out)),
        new CommandLine(new AblationCommand(out)));
  }
}
