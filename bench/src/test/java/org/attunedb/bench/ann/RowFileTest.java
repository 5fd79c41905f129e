package org.attunedb.bench.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFileTest {
  @TempDir private Path folder;

  private Path file(Number... words) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Number word : words) {
      if (word instanceof Integer integer) {
        bytes.putInt(integer);
      } else {
        bytes.putFloat(word.floatValue());
      }
    }
    return Files.write(folder.resolve("rows"), bytes.array());
  }

  @Test
  void read_whatWasWritten_isTheSame() throws IOException {
    Path floats = folder.resolve("f");
    Path ints = folder.resolve("i");
    try (RowFileWriter writer = new RowFileWriter(floats)) {
      writer.write(new float[] {1, -2.5f});
      writer.write(new float[] {Float.MIN_VALUE, 3});
    }
    try (RowFileWriter writer = new RowFileWriter(ints)) {
      writer.write(new int[] {7, -8, 9});
    }

    try (RowFile first = RowFile.open(floats);
        RowFile second = RowFile.open(ints)) {
      assertThat(first.rows()).isEqualTo(2);
      assertThat(first.width()).isEqualTo(2);
      assertThat(first.floats(1)).containsExactly(Float.MIN_VALUE, 3);
      assertThat(first.allFloats()[0]).containsExactly(1, -2.5f);
      assertThat(second.ints(0)).containsExactly(7, -8, 9);
    }
  }

  @Test
  void open_formatOfOthers_isReadLittleEndian() throws IOException {
    try (RowFile file = RowFile.open(file(1, 2.5f, 1, 4f))) {
      assertThat(file.floats(0)).containsExactly(2.5f);
      assertThat(file.floats(1)).containsExactly(4f);
    }
  }

  @Test
  void open_damaged_isRefusedWithThePlace() throws IOException {
    assertRefused(file(2, 1f, 2f, 2, 1f), ErrorCode.FILE_MALFORMED, "rows:2: file of 20 bytes");
    assertRefused(file(0, 1f), ErrorCode.FILE_MALFORMED, "rows:1: row of width 0, expected 1 to");
    assertRefused(file(-3, 1f), ErrorCode.FILE_MALFORMED, "row of width -3");
    assertRefused(file(1), ErrorCode.FILE_MALFORMED, "has 4 bytes, expected at least 8");
    assertRefused(folder, ErrorCode.FILE_UNREADABLE, "is a folder");
    assertRefused(folder.resolve("none"), ErrorCode.FILE_UNREADABLE, "does not exist");
  }

  private static void assertRefused(Path path, ErrorCode code, String message) {
    assertThatThrownBy(() -> RowFile.open(path).close())
        .isInstanceOfSatisfying(
            InvalidInputException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void read_damagedRow_isRefusedWithThePlace() throws IOException {
    try (RowFile other = RowFile.open(file(1, 2f, 5, 4f))) {
      assertThat(other.floats(0)).containsExactly(2f);
      assertThatThrownBy(() -> other.floats(1))
          .hasMessageEndingWith("rows:2: row of width 5, expected 1 as before");
    }
    try (RowFile nan = RowFile.open(file(2, 1f, Float.NaN))) {
      assertThatThrownBy(() -> nan.floats(0))
          .hasMessageEndingWith("rows:1: component 1 is NaN, expected a finite number");
    }
  }
}
