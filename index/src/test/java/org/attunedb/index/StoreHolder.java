package org.attunedb.index;

import java.io.IOException;
import java.nio.file.Path;
import org.attunedb.core.error.ConflictException;

/** Another process that opens a store: says how that went and holds it until its input ends. */
public final class StoreHolder {
  private StoreHolder() {}

  /** The folder is the only argument. */
  public static void main(String[] args) throws IOException {
    try (Attune attune = Attune.open(Path.of(args[0]))) {
      System.out.println("open " + attune.collections());
      while (System.in.read() >= 0) {
        // Held.
      }
    } catch (ConflictException e) {
      System.out.println(e.code() + " " + e.getMessage());
    }
  }

  /** Starts the process on this one's class path. */
  static Process start(Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            StoreHolder.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
