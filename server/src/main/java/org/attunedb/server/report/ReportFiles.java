package org.attunedb.server.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/**
 * Where a report goes: one page, or a folder with the page, the JSON and the Markdown. Each file
 * appears whole or not at all.
 */
final class ReportFiles {
  private static final String PAGE = "report.html";
  private static final String JSON = "report.json";
  private static final String MARKDOWN = "report.md";

  private final Path target;
  private final boolean onePage;

  /**
   * Checks the place before anything is measured.
   *
   * @param target a file that ends in {@code .html}, or a folder
   * @param replace whether files that exist may be replaced
   * @throws ConflictException {@code already_exists}
   * @throws InvalidInputException {@code file_unwritable} for a folder's name that is a file's
   */
  ReportFiles(Path target, boolean replace) {
    this.target = target;
    this.onePage =
        target.toString().toLowerCase(Locale.ROOT).endsWith(".html") && !Files.isDirectory(target);
    Path folder = folder(files().getFirst());
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNWRITABLE, folder + ": is a file, expected a folder");
    }
    for (Path file : files()) {
      if (!replace && Files.exists(file)) {
        throw new ConflictException(
            ErrorCode.ALREADY_EXISTS,
            file + ": exists already; name another place, or give --force to replace it");
      }
    }
  }

  private static Path folder(Path file) {
    return Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
  }

  private List<Path> files() {
    return onePage
        ? List.of(target)
        : List.of(target.resolve(PAGE), target.resolve(JSON), target.resolve(MARKDOWN));
  }

  /** Writes the files; returns them. */
  List<Path> write(EvaluationReport report) {
    if (onePage) {
      write(target, HtmlReport.write(report));
    } else {
      write(target.resolve(PAGE), HtmlReport.write(report));
      write(target.resolve(JSON), ReportJson.write(report));
      write(target.resolve(MARKDOWN), MarkdownReport.write(report));
    }
    return files();
  }

  private static void write(Path file, String content) {
    Path temporary =
        file.resolveSibling(
            "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    // An unpaired surrogate of a text becomes a question mark.
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try {
      Files.createDirectories(folder(file));
      try {
        Files.write(temporary, bytes);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNWRITABLE, file + ": can't be written (" + FileFault.reason(e) + ")", e);
    }
  }
}
