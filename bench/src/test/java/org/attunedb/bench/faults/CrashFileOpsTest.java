package org.attunedb.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.attunedb.index.internal.io.OutputFile;
import org.junit.jupiter.api.Test;

class CrashFileOpsTest {
  private static final Path ROOT = Path.of("disk").toAbsolutePath();
  private static final Path FILE = ROOT.resolve("file");
  private static final byte[] CONTENT = filled(10_000);

  @Test
  void powerOff_forcedFileAndName_areKept() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      CrashFileOps disk = CrashFileOps.empty(ROOT, new Random(seed));
      try (OutputFile out = disk.create(FILE)) {
        out.write(ByteBuffer.wrap(CONTENT));
        out.force();
      }
      disk.forceDirectory(ROOT);

      disk.powerOff();

      assertThat(disk.restart().read(FILE)).isEqualTo(CONTENT);
    }
  }

  @Test
  void powerOff_unforcedFile_isWholeShortHoleyOrGone() throws IOException {
    Set<String> fates = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      CrashFileOps disk = CrashFileOps.empty(ROOT, new Random(seed));
      try (OutputFile out = disk.create(FILE)) {
        out.write(ByteBuffer.wrap(CONTENT));
      }

      disk.powerOff();

      CrashFileOps left = disk.restart();
      fates.add(left.exists(FILE) ? fate(left.read(FILE)) : "gone");
    }
    assertThat(fates).containsExactlyInAnyOrder("whole", "short", "holes", "empty", "gone");
  }

  @Test
  void powerOff_unforcedRename_leavesOneOfBothNames() throws IOException {
    Set<Boolean> renamed = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      CrashFileOps disk = CrashFileOps.empty(ROOT, new Random(seed));
      disk.create(FILE).close();
      disk.forceDirectory(ROOT);
      disk.rename(FILE, ROOT.resolve("other"));

      disk.powerOff();

      CrashFileOps left = disk.restart();
      assertThat(left.list(ROOT)).hasSize(1);
      renamed.add(left.exists(ROOT.resolve("other")));
    }
    assertThat(renamed).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void crashAfter_cutOperation_failsWithAllLaterOnes() throws IOException {
    CrashFileOps disk = CrashFileOps.empty(ROOT, new Random(1));
    disk.crashAfter(1, EnumSet.of(IoKind.CREATE));
    disk.create(FILE).close();
    disk.forceDirectory(ROOT);

    assertThatThrownBy(() -> disk.create(ROOT.resolve("other"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> disk.read(FILE)).isInstanceOf(IOException.class);
    assertThat(disk.cut()).isEqualTo(IoKind.CREATE);
    assertThat(disk.restart().read(FILE)).isEmpty();
  }

  private static String fate(byte[] found) {
    boolean prefix = Arrays.equals(found, Arrays.copyOf(CONTENT, found.length));
    if (found.length == 0) {
      return "empty";
    }
    return prefix ? found.length == CONTENT.length ? "whole" : "short" : "holes";
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }
}
