package org.attunedb.bench.ann;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What this process has used. Stateless. */
final class ProcessFigures {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path IO = Path.of("/proc/self/io");

  private ProcessFigures() {}

  /** Seconds of processor time of all threads. */
  static double cpuSeconds() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e9;
  }

  /** Bytes of Java's heap that are reachable: collects garbage first. */
  static long heapBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Resident memory, mapped files included; empty where the operating system doesn't tell. */
  static OptionalLong rssBytes() throws IOException {
    OptionalLong kilobytes = figure(STATUS, "VmRSS:");
    return kilobytes.isPresent()
        ? OptionalLong.of(kilobytes.getAsLong() * 1024)
        : OptionalLong.empty();
  }

  /** Bytes that had to be fetched from the disk so far; empty where the system doesn't tell. */
  static OptionalLong bytesRead() throws IOException {
    return figure(IO, "read_bytes:");
  }

  private static OptionalLong figure(Path file, String name) throws IOException {
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst();
  }
}
