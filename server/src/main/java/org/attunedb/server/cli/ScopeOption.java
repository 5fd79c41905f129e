package org.attunedb.server.cli;

import java.util.Optional;
import java.util.stream.Collectors;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.DeepMemory;
import org.attunedb.server.terminal.PlainText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which searches an adapter is for; mixed into commands. Not thread-safe. */
public final class ScopeOption {
  /** Scopes in a warning. */
  private static final int SHOWN = 5;

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

  /** One line about what searches use: of a scope, or of the collection for none. */
  public static String active(Optional<AdapterScope> scope, Optional<String> version) {
    return "active adapter%s: %s"
        .formatted(
            scope.map(one -> " with " + PlainText.oneLine(one.toString())).orElse(""),
            version.orElse(scope.isPresent() ? "none of its own" : "none"));
  }

  /** Tells of a scope without an adapter, which may be a slip of the pen. */
  public static void warnUnlessActive(DeepMemory memory, AdapterScope scope, Out out) {
    if (memory.activeVersion(scope).isEmpty()) {
      String known =
          memory.scopes().keySet().stream()
              .limit(SHOWN)
              .map(ScopeOption::json)
              .collect(Collectors.joining(", "));
      out.err()
          .printf(
              "warning: no adapter was active for %s; %s%n",
              json(scope), known.isEmpty() ? "no scope has one" : "scopes that have one: " + known);
    }
  }

  /** As a filter: 7 and "7" are two scopes. */
  private static String json(AdapterScope scope) {
    return PlainText.oneLine(FilterJson.write(scope.filter()).toString());
  }
}
