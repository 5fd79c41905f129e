package org.attunedb.server.cli;

import java.util.Optional;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.server.terminal.PlainText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which searches an adapter is for; mixed into commands. Not thread-safe. */
public final class ScopeOption {
  @Option(
      names = "--scope",
      paramLabel = "FIELD=VALUE",
      description = {
        "Only searches whose filter demands this value, for example tenant=acme. A value that is no",
        "string is written as a filter: '{\"year\": 2020}'."
      })
  private @Nullable String scope;

  /**
   * The scope; empty if none was given.
   *
   * @throws InvalidInputException {@code scope_invalid}, or {@code filter_invalid} for malformed
   *     JSON
   */
  public Optional<AdapterScope> scope() {
    String given = scope;
    return given == null ? Optional.empty() : Optional.of(AdapterScope.of(filter(given)));
  }

  private static Filter filter(String given) {
    if (given.startsWith("{")) {
      return FilterJson.read(given);
    }
    int equals = given.indexOf('=');
    if (equals < 1) {
      throw new InvalidInputException(
          ErrorCode.SCOPE_INVALID,
          "--scope is '%s', expected FIELD=VALUE such as tenant=acme"
              .formatted(PlainText.oneLine(given)));
    }
    return Filter.eq(given.substring(0, equals), given.substring(equals + 1));
  }

  /** A scope in a sentence about its searches: nothing for the collection's. */
  public static String with(Optional<AdapterScope> scope) {
    return scope.map(one -> " with " + PlainText.oneLine(one.toString())).orElse("");
  }
}
