package org.attunedb.index.internal.maintenance;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.store.CollectionDescription;
import org.attunedb.index.internal.store.CollectionLayout;
import org.attunedb.index.internal.store.CommitData;
import org.attunedb.index.internal.text.TextAnalysis;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the last commit of a collection's index: each file's checksum, then, if those are right,
 * its structure and that it fits the collection. Not thread-safe.
 */
final class IndexVerifier {
  private final FileOps ops;
  private final Path collectionDirectory;
  private final Path path;
  private final @Nullable CollectionDescription description;
  private final Findings findings;
  private @Nullable CommitData data;

  IndexVerifier(
      FileOps ops,
      Path collectionDirectory,
      @Nullable CollectionDescription description,
      Findings findings) {
    this.ops = ops;
    this.collectionDirectory = collectionDirectory;
    this.path = collectionDirectory.resolve(CollectionLayout.INDEX);
    this.description = description;
    this.findings = findings;
  }

  /** The collection that the commit names; null if there is no whole commit. */
  @Nullable UUID collection() {
    return data == null ? null : data.collection();
  }

  /** The last sequence in the commit; -1 if there is no whole commit. */
  long sequence() {
    return data == null ? -1 : data.sequence();
  }

  void run() throws IOException {
    if (!ops.isDirectory(path)) {
      findings.damaged(path, "the folder is missing");
      return;
    }
    try (Directory directory = ops.lucene(path)) {
      String name = SegmentInfos.getLastCommitSegmentsFileName(directory.listAll());
      if (name == null) {
        findings.damaged(path.resolve(IndexFileNames.SEGMENTS), "there is no commit");
        verifyFiles(directory, Set.of());
        return;
      }
      SegmentInfos commit = read(directory, name);
      if (commit == null) {
        verifyFiles(directory, Set.of());
      } else {
        verifyFiles(directory, new HashSet<>(commit.files(true)));
        if (!findings.hasDamageBelow(path)) {
          verifyStructure(directory, name);
          verifyFit(directory, name);
        }
      }
    }
  }

  private @Nullable SegmentInfos read(Directory directory, String name) {
    Path file = path.resolve(name);
    String problem = problem(directory, name);
    if (problem != null) {
      findings.damaged(file, problem);
      return null;
    }
    try {
      SegmentInfos commit = SegmentInfos.readCommit(directory, name);
      data = CommitData.of(commit.getUserData());
      if (description != null && !data.collection().equals(description.id())) {
        findings.damaged(file, "belongs to the collection " + data.collection());
      }
      return commit;
    } catch (IOException | RuntimeException e) {
      findings.damaged(culprit(e, file), describe(e));
      return null;
    }
  }

  /** Files that a whole commit does not refer to are not read; without one, all are. */
  private void verifyFiles(Directory directory, Set<String> committed) throws IOException {
    for (String name : committed.isEmpty() ? List.of(directory.listAll()) : sorted(committed)) {
      Path file = path.resolve(name);
      if (!findings.isDamaged(file) && !ops.isDirectory(file)) {
        String problem = problem(directory, name);
        if (problem == null) {
          findings.sound(file);
        } else {
          findings.damaged(file, problem);
        }
      }
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private static @Nullable String problem(Directory directory, String name) {
    try (IndexInput input = directory.openInput(name, IOContext.READONCE)) {
      CodecUtil.checksumEntireFile(input);
      return null;
    } catch (IOException | RuntimeException e) {
      return describe(e);
    }
  }

  private void verifyStructure(Directory directory, String name) {
    try (CheckIndex check = new CheckIndex(directory)) {
      check.setThreadCount(1);
      check.setFailFast(true);
      if (!check.checkIndex().clean) {
        findings.damaged(path.resolve(name), "its files don't fit together");
      }
    } catch (IOException | RuntimeException e) {
      findings.damaged(culprit(e, path.resolve(name)), describe(e));
    }
  }

  private void verifyFit(Directory directory, String name) {
    if (description == null) {
      return;
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      FieldInfo vectors = FieldInfos.getMergedFieldInfos(reader).fieldInfo(Fields.VECTOR);
      CollectionSpec spec = description.spec();
      DocumentMapper mapper = new DocumentMapper(spec.similarity(), false, new TextAnalysis());
      if (vectors != null && !mapper.fits(vectors, spec.dimension())) {
        findings.damaged(
            collectionDirectory.resolve(CollectionDescription.FILE),
            "its dimension or similarity is not that of the index's vectors");
      }
    } catch (IOException | RuntimeException e) {
      findings.damaged(culprit(e, path.resolve(name)), describe(e));
    }
  }

  /** The file that a message of Lucene names. */
  private Path culprit(Exception failure, Path otherwise) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoSuchFileException missing && missing.getFile() != null) {
        return path.resolve(Path.of(missing.getFile()).getFileName());
      }
    }
    String message = String.valueOf(failure.getMessage());
    try {
      return ops.list(path).stream()
          .filter(file -> message.contains(file.getFileName().toString()))
          .max(Comparator.comparingInt(file -> file.getFileName().toString().length()))
          .orElse(otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }

  /** In our words: Lucene's are about its own classes and guess at causes. */
  private static String describe(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case NoSuchFileException e -> "is missing";
      case FileNotFoundException e -> "is missing";
      case EOFException e -> "ends too early";
      case IndexFormatTooNewException e -> "has a newer format than this version reads";
      case IndexFormatTooOldException e -> "has an older format than this version reads";
      case CorruptIndexException e when message.contains("file truncated") -> "ends too early";
      case CorruptIndexException e when message.contains("file extended") ->
          "has more bytes than were written";
      case CorruptIndexException e when message.contains("checksum") ->
          "content does not fit its checksum";
      case CorruptIndexException e -> "content is not what an index file holds";
      case IOException e -> "can't be read (" + message + ")";
      default -> "content is not what an index file holds";
    };
  }
}
