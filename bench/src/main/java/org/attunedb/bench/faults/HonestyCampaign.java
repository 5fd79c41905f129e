package org.attunedb.bench.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** Plants faults one by one, each of which the campaigns must notice. Immutable. */
final class HonestyCampaign {
  private final Path sources;

  /**
   * A campaign.
   *
   * @param sources the index module's source folder
   */
  HonestyCampaign(Path sources) {
    this.sources = sources;
  }

  /**
   * Who noticed a planted fault.
   *
   * @param where the disk or the changed class
   * @param caught the campaign and the seed or call; empty if it stayed unnoticed
   */
  record Outcome(String fault, String where, String caught) {}

  /** A fault to plant. */
  @FunctionalInterface
  interface Plant {
    Outcome detect() throws IOException;
  }

  /** All faults. */
  List<Plant> plants() {
    List<Plant> plants = new ArrayList<>();
    for (DiskMutant mutant : DiskMutant.all()) {
      plants.add(() -> new Outcome(mutant.fault(), "disk", new Detection(mutant::over).get()));
    }
    for (SourceMutant mutant : SourceMutant.all()) {
      plants.add(
          () -> new Outcome(mutant.fault(), mutant.type(), MutantClasses.detect(mutant, sources)));
    }
    return plants;
  }

  /**
   * The index module's source folder in a checkout, from anywhere inside it.
   *
   * @throws InvalidInputException {@code file_unreadable} outside a checkout
   */
  static Path findSources(Path start) {
    Path at = start.toAbsolutePath();
    while (at != null) {
      Path sources = at.resolve("index/src/main/java");
      if (Files.isDirectory(sources)) {
        return sources;
      }
      at = at.getParent();
    }
    throw new InvalidInputException(
        ErrorCode.FILE_UNREADABLE,
        "found no index/src/main/java above " + start.toAbsolutePath() + "; run it in a checkout");
  }
}
