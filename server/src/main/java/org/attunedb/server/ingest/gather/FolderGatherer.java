package org.attunedb.server.ingest.gather;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;
import org.attunedb.server.ingest.extract.Extractor;
import org.attunedb.server.ingest.extract.MediaKind;
import org.attunedb.server.ingest.extract.UnreadableException;
import org.attunedb.server.ingest.gather.Memory.Remembered;
import org.attunedb.server.ingest.gather.Visit.Reason;

/**
 * The files of a folder, or one file. Of a folder, files of known endings are read; hidden ones and
 * symbolic links are passed over. Links in pages are not followed. One thread at a time.
 */
public final class FolderGatherer implements Gatherer {
  private static final int AHEAD = 2 * Runtime.getRuntime().availableProcessors();

  private final Path path;
  private final GatherOptions options;
  private final PathPatterns include;
  private final PathPatterns exclude;

  /**
   * A gatherer of one folder or file.
   *
   * @throws InvalidInputException {@code file_unreadable} if it is missing
   */
  public FolderGatherer(Path path, GatherOptions options) {
    this.path = path.toAbsolutePath().normalize();
    if (!Files.isDirectory(this.path)) {
      FileFault.requireFile(path);
    }
    this.options = options;
    this.include = new PathPatterns(options.include());
    this.exclude = new PathPatterns(options.exclude());
  }

  /** The folder's or file's URI, by which it is known. */
  public String address() {
    return path.toUri().toString();
  }

  @Override
  public String scope() {
    return address();
  }

  @Override
  public Outcome gather(Memory memory, Visitor visitor) throws InterruptedException {
    List<Path> files = files();
    int count = Math.min(files.size(), options.maxPages());
    Iterator<Path> left = files.subList(0, count).iterator();
    try (InOrder<Visit> running = new InOrder<>()) {
      while (running.size() > 0 || left.hasNext()) {
        while (running.size() < AHEAD && left.hasNext()) {
          Path file = left.next();
          running.submit(() -> read(file, memory));
        }
        visitor.visit(running.next(), count);
      }
    }
    return new Outcome(count == files.size(), Set.of());
  }

  private List<Path> files() {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> walk = Files.walk(path)) {
      return walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(this::isWanted)
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw FileFault.unreadable(path, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
  }

  private boolean isWanted(Path file) {
    Path relative = path.relativize(file);
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    String name = relative.toString().replace('\\', '/');
    return MediaKind.ofName(name).isPresent()
        && (include.isEmpty() || include.match(name))
        && !exclude.match(name);
  }

  private Visit read(Path file, Memory memory) {
    String address = file.toUri().toString();
    try {
      if (Files.size(file) > options.maxBytes()) {
        return damaged(
            address, Reason.TOO_LARGE, "more than " + options.maxBytes() + " bytes", memory);
      }
      byte[] bytes = Files.readAllBytes(file);
      String hash = ContentHash.of(bytes);
      Optional<Remembered> remembered = memory.of(address);
      if (remembered.isPresent() && remembered.get().validators().contentHash().equals(hash)) {
        return new Visit.Unchanged(address, true);
      }
      String name = String.valueOf(file.getFileName());
      return new Visit.Read(
          address,
          new Validators(null, null, hash),
          Extractor.read(bytes, kind(file, bytes), null, name),
          List.of(),
          Optional.empty());
    } catch (UnreadableException e) {
      return damaged(address, Reason.UNREADABLE, e.getMessage(), memory);
    } catch (IOException e) {
      return new Visit.Failed(address, "can't be read (" + FileFault.reason(e) + ")", true);
    }
  }

  /** What is stored of a file stays until there is something to take its place. */
  private static Visit damaged(String address, Reason reason, String detail, Memory memory) {
    return memory.holds(address)
        ? new Visit.Failed(address, detail, true, true)
        : new Visit.Left(address, reason, detail);
  }

  /** A file that was named by itself may have any ending. */
  private static MediaKind kind(Path file, byte[] bytes) {
    Optional<MediaKind> named = MediaKind.ofName(file.toString().toLowerCase(Locale.ROOT));
    if (named.isPresent()) {
      return named.get();
    }
    for (byte b : bytes) {
      if (b == 0) {
        throw new InvalidInputException(
            ErrorCode.FILE_UNREADABLE,
            "%s: is not text, expected text or a file that ends with one of %s"
                .formatted(file, String.join(", ", MediaKind.extensions())));
      }
    }
    return MediaKind.TEXT;
  }
}
