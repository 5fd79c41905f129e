package org.attunedb.server.transfer;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.Attune;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.FilterOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code attune delete}: documents out of a collection. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class DeleteCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Delete(out));
  }

  @Command(
      name = "delete",
      description = "Delete documents of a collection: by id, by filter, or all.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Delete implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Option(
        names = "--ids",
        split = ",",
        paramLabel = "ID",
        description = "Ids, with commas between them. Unknown ones are passed over.")
    private @Nullable List<String> ids;

    @Mixin private final FilterOption filters = new FilterOption();

    @Option(names = "--all", description = "Every document; needs --yes.")
    private boolean all;

    @Option(names = "--yes", description = "Confirms --all.")
    private boolean yes;

    Delete(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      Filter filter = filters.filter();
      if (Stream.of(ids != null, filter != null, all).filter(given -> given).count() != 1) {
        throw wrong("expected exactly one of --ids, --filter and --all");
      }
      if (all != yes) {
        throw wrong("--all and --yes go together");
      }
      try (Attune attune = store.open()) {
        VectorCollection target = attune.collection(collection.name());
        filters.warn(target, out);
        out.out().printf("deleted %s documents of '%s'%n", delete(target, filter), target.name());
      }
      return 0;
    }

    private long delete(VectorCollection target, @Nullable Filter filter) {
      if (ids != null) {
        return target.delete(ids);
      }
      return filter == null ? target.truncate() : target.delete(filter);
    }

    private static InvalidInputException wrong(String problem) {
      return new InvalidInputException(ErrorCode.OPTION_OUT_OF_RANGE, problem);
    }
  }
}
