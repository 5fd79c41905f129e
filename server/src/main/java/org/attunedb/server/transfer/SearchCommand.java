package org.attunedb.server.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.Document;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.Attune;
import org.attunedb.server.cli.BridgeOption;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.FilterOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code attune search}: what a collection answers. Public because {@link java.util.ServiceLoader}
 * makes it.
 */
public final class SearchCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Search(out));
  }

  @Command(
      name = "search",
      description = "Search a collection by a text; others may write meanwhile.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Search implements Callable<Integer> {
    private static final int SHOWN = 80;

    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Option(
        names = "--mode",
        paramLabel = "MODE",
        defaultValue = "vector",
        description = "vector, keyword or hybrid. Default: ${DEFAULT-VALUE}.")
    private SearchMode mode = SearchMode.VECTOR;

    @Option(
        names = "-k",
        paramLabel = "N",
        defaultValue = "10",
        description = "Most hits, 1 to 10000. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Mixin private final FilterOption filters = new FilterOption();

    @Mixin private final EmbedderOptions embedders;

    @Mixin private final BridgeOption bridge = new BridgeOption();

    @Option(
        names = "--adapter",
        paramLabel = "ADAPTER",
        defaultValue = "active",
        description = "active, none or a version such as v2. Default: ${DEFAULT-VALUE}.")
    private String adapter = "";

    @Option(
        names = "--ef",
        paramLabel = "N",
        description =
            "Walk graphs with so many candidates, 1 to 10000; more find more and take longer.")
    private @Nullable Integer ef;

    @Option(
        names = "--recall",
        paramLabel = "R",
        description =
            "Choose the candidates so that this part of the true neighbours is found on average, above 0 and below 1.")
    private @Nullable Double recall;

    @Option(names = "--exact", description = "Compare with every vector that matches.")
    private boolean exact;

    @Option(
        names = "--explain",
        description = "Also show, segment by segment, how vectors were compared and why so.")
    private boolean explain;

    @Mixin private final OutputForm form = new OutputForm();

    @Parameters(paramLabel = "TEXT", description = "What to look for.")
    private String text = "";

    Search(Out out) {
      this.out = out;
      this.embedders = new EmbedderOptions(out);
    }

    @Override
    public Integer call() {
      SearchRequest request =
          SearchRequest.text(text)
              .mode(mode)
              .k(k)
              .filter(filters.filter())
              .adapter(choice())
              .tuning(tuning())
              .build();
      try (embedders;
          Attune attune = store.openReadOnly()) {
        SearchResponse response =
            embedders.collection(attune, collection.name(), bridge).search(request);
        response.stats().warnings().forEach(warning -> out.err().println("warning: " + warning));
        out.out().print(form.of(() -> table(response), () -> json(response)));
      }
      return 0;
    }

    private SearchTuning tuning() {
      return new SearchTuning(
          ef == null ? 0 : positive(ef), exact, recall == null ? 0 : above(recall));
    }

    private static int positive(int candidates) {
      if (candidates < 1) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--ef is %s, expected 1 to %s".formatted(candidates, SearchTuning.MAX_EF));
      }
      return candidates;
    }

    private static double above(double target) {
      if (!(target > 0)) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--recall is " + target + ", expected above 0 and below 1");
      }
      return target;
    }

    private AdapterChoice choice() {
      return switch (adapter.toLowerCase(Locale.ROOT)) {
        case "active" -> AdapterChoice.active();
        case "none" -> AdapterChoice.none();
        default -> AdapterChoice.version(adapter);
      };
    }

    private String table(SearchResponse response) {
      TextTable table =
          TextTable.of(
              Column.number("rank"),
              Column.number("score"),
              Column.text("id"),
              Column.text("text"));
      for (SearchHit hit : response.hits()) {
        table.add(
            Integer.toString(hit.rank()),
            String.format(Locale.ROOT, "%.4f", hit.score()),
            hit.id(),
            shortened(hit.document()));
      }
      return explain ? table + Explanation.table(response.stats()) : table.toString();
    }

    private static String shortened(@Nullable Document document) {
      String whole = document == null ? null : document.text();
      if (whole == null) {
        return "";
      }
      return whole.codePointCount(0, whole.length()) <= SHOWN
          ? whole
          : whole.substring(0, whole.offsetByCodePoints(0, SHOWN - 3)) + "...";
    }

    private String json(SearchResponse response) {
      ObjectNode json = StrictJson.object();
      var hits = json.putArray("hits");
      for (SearchHit hit : response.hits()) {
        ObjectNode each = hits.addObject();
        each.put("rank", hit.rank());
        each.put("score", hit.score());
        each.put("id", hit.id());
        Document document = hit.document();
        if (document != null) {
          each.put("text", document.text());
          each.set("metadata", MetadataJson.write(document.metadata()));
        }
      }
      json.put("adapter", response.stats().adapterVersion());
      var warnings = json.putArray("warnings");
      response.stats().warnings().forEach(warnings::add);
      if (explain) {
        json.set("explain", Explanation.json(response.stats()));
      }
      return StrictJson.pretty(json);
    }
  }
}
