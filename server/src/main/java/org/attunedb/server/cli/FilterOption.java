package org.attunedb.server.cli;

import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.CollectionReads;
import org.attunedb.server.terminal.PlainText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which documents a command is about; mixed into commands. Not thread-safe. */
public final class FilterOption {
  @Option(
      names = "--filter",
      paramLabel = "JSON",
      description =
          "Only documents whose metadata match, for example '{\"year\": {\"$gte\": 2020}}'.")
  private @Nullable String json;

  /**
   * The filter; null if none was given.
   *
   * @throws InvalidInputException {@code filter_invalid} or {@code filter_too_complex}
   */
  public @Nullable Filter filter() {
    return json == null ? null : FilterJson.read(json);
  }

  /** Tells of fields that no document has, as searches do: most often a slip of the pen. */
  public void warn(CollectionReads collection, Out out) {
    Filter filter = filter();
    if (filter == null) {
      return;
    }
    for (String field : collection.unknownFields(filter)) {
      out.err()
          .println(
              "warning: no document has the metadata field '" + PlainText.oneLine(field) + "'");
    }
  }
}
