package org.attunedb.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.server.cli.AttuneCli;

/** The real command line in a process of its own, which can be killed. */
public final class CliProcess {
  private CliProcess() {}

  /** A process on this one's class path that knows of no service but those it is told of. */
  public static ProcessBuilder of(Object... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                AttuneCli.class.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("OPENAI_") || name.startsWith("ATTUNE_OPENAI_"));
    return builder;
  }
}
