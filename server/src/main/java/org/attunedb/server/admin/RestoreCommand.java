package org.attunedb.server.admin;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.index.Attune;
import org.attunedb.index.RestoreMode;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code attune restore}. Public because {@link java.util.ServiceLoader} makes it. */
public final class RestoreCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Restore(out));
  }

  @Command(
      name = "restore",
      description =
          "Make a store of a backup, comparing every byte with its checksum. The store's folder"
              + " must be missing or empty.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Restore implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Parameters(paramLabel = "BACKUP", description = "Folder that `attune backup` made.")
    private Path backup = Path.of("");

    @Option(names = "--force", description = "Replace the store that is there.")
    private boolean force;

    Restore(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (ByteBar bar = new ByteBar(out, "restoring")) {
        RestoreMode mode = force ? RestoreMode.REPLACE : RestoreMode.NEW;
        out.out().print(Summaries.of(Attune.restore(backup, store.folder(), mode, bar), List.of()));
      }
      return 0;
    }
  }
}
