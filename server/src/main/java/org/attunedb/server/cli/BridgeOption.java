package org.attunedb.server.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The bridge that queries are embedded through; mixed into commands that search. */
public final class BridgeOption {
  @Option(
      names = "--bridge",
      paramLabel = "FILE",
      description =
          "Embed queries with the newer model that this bridge leads from (see `attune bridge fit`).")
  private @Nullable Path file;

  /** The bridge's file; empty for none. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }
}
