package org.attunedb.server.cli;

import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
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
}
