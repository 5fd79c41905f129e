package org.attunedb.server.cli;

import picocli.CommandLine.Option;

/** Which collection a command works on; mixed into commands. Not thread-safe. */
public final class CollectionOption {
  @Option(
      names = "--collection",
      required = true,
      paramLabel = "NAME",
      description = "Name of the collection.")
  private String name = "";

  /** The name, as it was given. */
  public String name() {
    return name;
  }
}
