package org.attunedb.server.cli;

import java.util.List;
import org.attunedb.index.Attune;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a command works on one collection or on all; mixed into commands. Not thread-safe. */
public final class CollectionChoice {
  @Option(names = "--collection", paramLabel = "NAME", description = "Only this one. Default: all.")
  private @Nullable String name;

  /** The names of the chosen collections, sorted. One that was named need not exist. */
  public List<String> names(Attune attune) {
    return name == null ? attune.collections() : List.of(name);
  }
}
