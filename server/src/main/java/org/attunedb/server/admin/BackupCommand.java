package org.attunedb.server.admin;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.Attune;
import org.attunedb.index.BackupMode;
import org.attunedb.server.admin.FoundCollection.Quarantined;
import org.attunedb.server.admin.FoundCollection.Usable;
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

    @Option(
        names = "--skip-damaged",
        description = "Leave out collections that are damaged, and end with 3 if there are any.")
    private boolean skipDamaged;

    Backup(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.open()) {
        // Known before the collections are opened, which reads them.
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          throw new ConflictException(
              ErrorCode.ALREADY_EXISTS, target + " exists, expected a name that is free");
        }
        List<FoundCollection> found = FoundCollection.findAll(attune, attune.collections());
        List<String> usable = new ArrayList<>();
        List<Quarantined> damaged = new ArrayList<>();
        for (FoundCollection each : found) {
          switch (each) {
            case Usable collection -> usable.add(collection.name());
            case Quarantined q -> damaged.add(q);
          }
        }
        if (!damaged.isEmpty() && !skipDamaged) {
          throw refused(damaged);
        }
        BackupMode mode = copy ? BackupMode.COPY : BackupMode.LINK;
        try (ByteBar bar = new ByteBar(out, "backing up")) {
          out.out().print(Summaries.of(attune.backup(target, usable, mode, bar), damaged));
        }
        return FoundCollection.exitCode(found).number();
      }
    }

    private static StoreException refused(List<Quarantined> damaged) {
      Quarantined first = damaged.getFirst();
      String more = damaged.size() == 1 ? "" : " (and %s more)".formatted(damaged.size() - 1);
      return new StoreException(
          ErrorCode.STORE_CORRUPT,
          "collection '%s' is quarantined%s, and nothing was backed up: 'attune verify' shows the damaged files, --skip-damaged backs up the other collections; %s"
              .formatted(first.name(), more, first.reason()));
    }
  }
}
