package org.attunedb.server.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The help centre of a made-up business program: 128 articles in the product's jargon and 1,012
 * questions in its users' words, in BEIR's layout. Its own README tells how it was made and split.
 */
public final class HelpCentre {
  /** Name of the folder, and so of the dataset. */
  public static final String NAME = "helpcentre";

  private static final List<String> FILES =
      List.of("README.md", "corpus.jsonl", "queries.jsonl", "qrels/train.tsv", "qrels/test.tsv");

  private HelpCentre() {}

  /**
   * Copies the files out of the class path, over older copies.
   *
   * @param parent in which a folder {@value #NAME} is made
   * @return that folder, for {@link org.attunedb.server.dataset.BeirReader}
   * @throws UncheckedIOException naming the file that can't be written
   */
  public static Path extractInto(Path parent) {
    Path folder = parent.resolve(NAME);
    for (String file : FILES) {
      Path target = folder.resolve(file);
      try (InputStream in = HelpCentre.class.getResourceAsStream(NAME + "/" + file)) {
        if (in == null) {
          throw new FileNotFoundException("not on the class path: " + NAME + "/" + file);
        }
        Files.createDirectories(folder.resolve(file).toAbsolutePath().getParent());
        Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException("can't write " + target, e);
      }
    }
    return folder;
  }
}
