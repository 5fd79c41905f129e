package org.attunedb.server.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final ObjectNode SETTINGS = StrictJson.object().put("seed", 42).put("share", 0.5);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("new").resolve("journal.jsonl");
  }

  private static ObjectNode entry(int number) {
    return StrictJson.object().put("number", number);
  }

  private void write(int entries) {
    try (Journal journal = Journal.open(file, SETTINGS)) {
      for (int i = 0; i < entries; i++) {
        journal.append(entry(i));
      }
    }
  }

  @Test
  void open_again_knowsWhatWasAppended() {
    write(2);

    try (Journal journal = Journal.open(file, SETTINGS)) {
      assertThat(journal.entries()).containsExactly(entry(0), entry(1));
    }
  }

  /** A crash can leave any number of the last line's bytes. */
  @Test
  void open_lastLineCutAnywhere_losesThatLineOnly() throws IOException {
    write(2);
    byte[] whole = Files.readAllBytes(file);
    int lastLine = (entry(1) + "\n").length();
    for (int missing = 1; missing <= lastLine; missing++) {
      Files.write(file, java.util.Arrays.copyOf(whole, whole.length - missing));
      try (Journal journal = Journal.open(file, SETTINGS)) {
        assertThat(journal.entries()).as("%d bytes missing", missing).containsExactly(entry(0));
        journal.append(entry(1));
      }
      assertThat(file).hasBinaryContent(whole);
    }
  }

  @Test
  void open_evenTheFirstLineCut_beginsAnew() throws IOException {
    write(0);
    Files.write(file, "{\"se".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    try (Journal journal = Journal.open(file, SETTINGS)) {
      assertThat(journal.entries()).isEmpty();
    }
    assertThat(file).hasContent(SETTINGS + "\n");
  }

  @Test
  void open_otherSettings_isRefusedNamingThem() {
    write(1);

    assertThatThrownBy(
            () -> Journal.open(file, StrictJson.object().put("seed", 43).put("share", 0.5)))
        .isInstanceOfSatisfying(
            ConflictException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
        .hasMessageContaining("seed 42, now 43")
        .hasMessageNotContaining("share");
  }

  @Test
  void open_damagedLine_isRefusedWithItsNumber() throws IOException {
    write(1);
    Files.writeString(file, "{broken\n{}\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> Journal.open(file, SETTINGS))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_MALFORMED))
        .hasMessageContaining("journal.jsonl:3");
  }

  /** Of two real processes: locks within one are another matter. */
  @Test
  void open_whileAnotherProcessWritesIt_isRefused() throws IOException {
    write(2);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString())
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    try {
      BufferedReader told = other.inputReader();
      assertThat(told.readLine())
          .as(Files.readString(folder.resolve("err.txt")))
          .isEqualTo("holds 2");

      assertThatThrownBy(() -> Journal.open(file, SETTINGS))
          .isInstanceOfSatisfying(
              ConflictException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_LOCKED))
          .hasMessage(file + ": is being written by another process");
    } finally {
      other.destroyForcibly();
    }
    other.onExit().join();
    try (Journal journal = Journal.open(file, SETTINGS)) {
      assertThat(journal.entries()).containsExactly(entry(0), entry(1));
    }
  }

  /** Opens a journal and keeps it open. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws InterruptedException {
      try (Journal journal = Journal.open(Path.of(arguments[0]), SETTINGS)) {
        System.out.println("holds " + journal.entries().size());
        Thread.sleep(60_000);
      }
    }
  }

  @Test
  void open_whileItIsWritten_isRefused() {
    try (Journal journal = Journal.open(file, SETTINGS)) {
      journal.append(entry(1));
      assertThatThrownBy(() -> Journal.open(file, SETTINGS))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("another process");
    }
  }
}
