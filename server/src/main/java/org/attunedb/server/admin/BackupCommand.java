package org.attunedb.server.admin;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.attunedb.index.Attune;
import org.attunedb.index.BackupMode;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code attune backup}. Public because {@link java.util.ServiceLoader} makes it. */
public final class BackupCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Backup(out));
  }

  @Command(
      name = "backup",
      description =
          "Back up a store to a new folder: by hard links where the file system has them, else by"
              + " copying. The store must not be open in another process.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Backup implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Parameters(paramLabel = "BACKUP", description = "Folder to make; must not exist.")
    private Path target = Path.of("");

    @Option(names = "--copy", description = "Copy every file, so that nothing is shared.")
    private boolean copy;

    Backup(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.open();
          ByteBar bar = new ByteBar(out, "Backing up")) {
        BackupMode mode = copy ? BackupMode.COPY : BackupMode.LINK;
        out.out().print(Summaries.of(attune.backup(target, mode, bar)));
      }
      return 0;
    }
  }
}
