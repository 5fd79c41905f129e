package org.attunedb.index.internal.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/** Compares the files of the last commit with the checksums at their ends. Stateless. */
final class CommitVerifier {
  private CommitVerifier() {}

  /**
   * Reads the smaller files first, until a number of bytes.
   *
   * @param progress is told the bytes of each file that was read
   * @return the files' bytes in all
   * @throws IOException that names the first file that is damaged or missing
   */
  static long verify(Directory directory, long most, LongConsumer progress) throws IOException {
    // Reading the commit compares its own checksum and those of the segments' descriptions.
    SegmentInfos commit = SegmentInfos.readLatestCommit(directory);
    List<FileSize> files = new ArrayList<>();
    for (String name : commit.files(true)) {
      files.add(new FileSize(name, directory.fileLength(name)));
    }
    files.sort(Comparator.comparingLong(FileSize::bytes).thenComparing(FileSize::name));
    long all = 0;
    long read = 0;
    for (FileSize file : files) {
      all += file.bytes();
      if (read + file.bytes() <= most) {
        read += file.bytes();
        verify(directory, file.name());
        progress.accept(file.bytes());
      }
    }
    return all;
  }

  private record FileSize(String name, long bytes) {}

  private static void verify(Directory directory, String name) throws IOException {
    try (IndexInput input = directory.openInput(name, IOContext.READONCE)) {
      CodecUtil.checksumEntireFile(input);
    }
  }
}
