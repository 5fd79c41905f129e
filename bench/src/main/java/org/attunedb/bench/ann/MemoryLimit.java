package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * A control group of Linux for one process, by which its memory is limited together with the pages
 * of files that it reads: version 2, or version 1's memory controller. Deleted when closed, after
 * its processes have ended. Thread-safe.
 */
final class MemoryLimit implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final @Nullable Path group;

  private MemoryLimit(@Nullable Path group) {
    this.group = group;
  }

  /**
   * Makes a group.
   *
   * @param bytes limit; 0 for none
   * @throws InvalidInputException {@code option_out_of_range} if this system lets nobody set limits
   */
  static MemoryLimit of(long bytes) {
    if (bytes == 0) {
      return new MemoryLimit(null);
    }
    boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    Path parent = unified ? ROOT : ROOT.resolve("memory");
    Path group = parent.resolve("attune-bench-" + ProcessHandle.current().pid());
    try {
      if (unified) {
        Files.writeString(parent.resolve("cgroup.subtree_control"), "+memory");
      }
      Files.createDirectory(group);
      Files.writeString(
          group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
      return new MemoryLimit(group);
    } catch (IOException e) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--limit: no control group can be made below %s (%s), expected the right to, or 0"
              .formatted(parent, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Words in front of a command that puts it into the group. */
  List<String> prefix() {
    return group == null
        ? List.of()
        : List.of("sh", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", group.toString());
  }

  @Override
  public void close() throws IOException {
    if (group != null) {
      Files.deleteIfExists(group);
    }
  }
}
