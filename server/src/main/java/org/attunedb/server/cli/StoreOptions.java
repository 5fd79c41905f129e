package org.attunedb.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.Attune;
import picocli.CommandLine.Option;

/**
 * Which store a command works on; mixed into commands, and the one place where they open it. Not
 * thread-safe.
 */
public final class StoreOptions {
  /** The file that makes a folder a store; see {@code docs/formats.md}. */
  private static final String MARKER = "attune.json";

  /** How the names of files begin that a crash leaves of a store that was never one. */
  private static final String LEFTOVER = "attune.";

  @Option(
      names = "--store",
      paramLabel = "DIR",
      required = true,
      defaultValue = "${env:ATTUNE_STORE}",
      description = "Folder of the store. Default: the environment variable ATTUNE_STORE.")
  private Path folder = Path.of("");

  /** The store's folder, as it was given. */
  public Path folder() {
    requireNamed();
    return folder;
  }

  /** Whether the folder holds a store. */
  public boolean exists() {
    return Files.exists(folder.resolve(MARKER));
  }

  /**
   * Opens the store; never makes one.
   *
   * @throws NotFoundException {@code store_not_found} for a missing or empty folder
   * @throws StoreException {@code not_a_store} for a folder with other content, and what {@link
   *     Attune#open(Path)} throws
   * @throws org.attunedb.core.error.ConflictException {@code store_locked}
   */
  public Attune open() {
    requireStore();
    return Attune.open(folder);
  }

  /**
   * Opens the store for reading, which also works while another process writes to it. What is
   * written later is not seen.
   *
   * @throws NotFoundException {@code store_not_found} for a missing or empty folder
   * @throws StoreException {@code not_a_store} for a folder with other content, and what {@link
   *     Attune#openReadOnly(Path)} throws
   */
  public Attune openReadOnly() {
    requireStore();
    return Attune.openReadOnly(folder);
  }

  /** Opens the store, or makes one of a missing or empty folder. */
  public Attune openOrCreate() {
    requireNamed();
    return Attune.open(folder);
  }

  /**
   * Checks that a store can be made here: the folder is missing or empty. Writes nothing.
   *
   * @throws StoreException {@code not_a_store} for a folder with other content, {@code store_io} if
   *     the folder can't be written to
   */
  public void requireCreatable() {
    requireNamed();
    if (!isUnused()) {
      throw foreign();
    }
    Path parent = folder.toAbsolutePath().normalize();
    while (parent.getParent() != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    if (!Files.isDirectory(parent) || !Files.isWritable(parent)) {
      throw new StoreException(
          ErrorCode.STORE_IO, folder + ": can't be made, " + parent + " takes no files");
    }
  }

  /** An empty variable, say, is no folder: Java would take it for the one that it runs in. */
  private void requireNamed() {
    if (folder.toString().isEmpty()) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--store, or the environment variable ATTUNE_STORE, is empty, expected the store's folder");
    }
  }

  private void requireStore() {
    requireNamed();
    if (!exists()) {
      throw isUnused() ? missing() : foreign();
    }
  }

  private boolean isUnused() {
    if (!Files.exists(folder)) {
      return true;
    }
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> content = Files.list(folder)) {
      return content.allMatch(path -> path.getFileName().toString().startsWith(LEFTOVER));
    } catch (IOException e) {
      throw new StoreException(ErrorCode.STORE_IO, folder + ": can't be listed", e);
    }
  }

  private NotFoundException missing() {
    return new NotFoundException(ErrorCode.STORE_NOT_FOUND, folder + ": no store here");
  }

  private StoreException foreign() {
    return new StoreException(
        ErrorCode.NOT_A_STORE, folder + " is not an Attune store: it has no " + MARKER);
  }
}
