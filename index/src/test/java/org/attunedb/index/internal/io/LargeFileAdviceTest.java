package org.attunedb.index.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.MergeInfo;
import org.apache.lucene.store.ReadAdvice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeFileAdviceTest {
  private static final String FILE = "_0.vec";
  private static final IOContext HERE_AND_THERE =
      IOContext.DEFAULT.withHints(DataAccessHint.RANDOM);

  @TempDir private Path directory;

  @BeforeEach
  void write() throws IOException {
    Files.write(directory.resolve(FILE), new byte[1_000]);
  }

  @Test
  void apply_largeFileReadHereAndThere_isRandom() {
    assertThat(new LargeFileAdvice(directory, 1_000).apply(FILE, HERE_AND_THERE))
        .contains(ReadAdvice.RANDOM);
  }

  @Test
  void apply_fileThatFits_isLeftToTheSystem() {
    assertThat(new LargeFileAdvice(directory, 1_001).apply(FILE, HERE_AND_THERE)).isEmpty();
    assertThat(
            new LargeFileAdvice(directory, new DiskFileOps().largeFileBytes())
                .apply(FILE, HERE_AND_THERE))
        .isEmpty();
  }

  @Test
  void apply_filesOfOneKindThatAreLargeTogether_areRandom() throws IOException {
    Files.write(directory.resolve("_1.vec"), new byte[1_000]);
    Files.write(directory.resolve("_2.fdt"), new byte[1_000]);
    Files.write(directory.resolve("_3.vec"), new byte[7]);
    LargeFileAdvice advice = new LargeFileAdvice(directory, 2_000);

    assertThat(advice.apply(FILE, HERE_AND_THERE)).contains(ReadAdvice.RANDOM);
    assertThat(advice.apply("_1.vec", HERE_AND_THERE)).contains(ReadAdvice.RANDOM);
    assertThat(advice.apply("_2.fdt", HERE_AND_THERE)).isEmpty();
    assertThat(advice.apply("_3.vec", HERE_AND_THERE)).isEmpty();
  }

  @Test
  void apply_largeFileOfAMerge_isReadThrough() {
    IOContext merge =
        IOContext.merge(new MergeInfo(10, 1_000, false, 1)).withHints(DataAccessHint.RANDOM);

    assertThat(new LargeFileAdvice(directory, 1).apply(FILE, merge))
        .contains(ReadAdvice.SEQUENTIAL);
  }

  @Test
  void apply_fileThatIsMissing_isLeftToWhoOpensIt() {
    assertThat(new LargeFileAdvice(directory, 1).apply("_1.vec", HERE_AND_THERE)).isEmpty();
  }
}
