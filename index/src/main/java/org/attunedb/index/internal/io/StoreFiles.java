package org.attunedb.index.internal.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;

/** Small files of a store: written so that a crash leaves the old or the new one. Stateless. */
public final class StoreFiles {
  private StoreFiles() {}

  /** Writes a file next to its place, forces it to disk and moves it there. */
  public static void writeAtomically(Path file, byte[] content) {
    Path directory = parent(file);
    Path temporary = directory.resolve(file.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer remaining = ByteBuffer.wrap(content);
        while (remaining.hasRemaining()) {
          channel.write(remaining);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory(directory);
    } catch (IOException e) {
      throw failed(file, "write", e);
    }
  }

  /** Writes a JSON object as {@link #writeAtomically}. */
  public static void writeJson(Path file, ObjectNode json) {
    writeAtomically(file, StrictJson.pretty(json).getBytes(StandardCharsets.UTF_8));
  }

  /** Reads a JSON object. */
  public static ObjectNode readJson(Path file) {
    try {
      return StrictJson.readObject(Files.readString(file), file.toString());
    } catch (InvalidInputException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, e.getMessage(), e);
    } catch (IOException e) {
      throw failed(file, "read", e);
    }
  }

  /** A string of a description file; missing or of another type means damage. */
  public static String requireText(ObjectNode json, String member, Path file) {
    JsonNode value = json.path(member);
    if (!value.isTextual()) {
      throw damaged(file, member, "a string");
    }
    return value.textValue();
  }

  /** An integer of a description file; missing or of another type means damage. */
  public static int requireInt(ObjectNode json, String member, Path file) {
    JsonNode value = json.path(member);
    if (!value.isInt()) {
      throw damaged(file, member, "an integer");
    }
    return value.intValue();
  }

  /** A list of strings of a description file; missing or of another type means damage. */
  public static List<String> requireTexts(ObjectNode json, String member, Path file) {
    JsonNode value = json.path(member);
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      texts.add(element.asText());
    }
    if (!value.isArray()) {
      throw damaged(file, member, "a list");
    }
    return texts;
  }

  private static StoreException damaged(Path file, String member, String expected) {
    return new StoreException(
        ErrorCode.STORE_CORRUPT,
        "%s: member '%s' is missing or not %s".formatted(file, member, expected));
  }

  /** Creates a folder and its parents. */
  public static void createDirectories(Path directory) {
    try {
      Files.createDirectories(directory);
      forceDirectory(parent(directory));
    } catch (IOException e) {
      throw failed(directory, "create", e);
    }
  }

  /** Deletes a folder and everything in it. */
  public static void deleteRecursively(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw failed(directory, "delete", e);
    }
  }

  /** The folders in a folder, by name. */
  public static List<Path> directories(Path directory) {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw failed(directory, "list", e);
    }
  }

  /** A new or renamed file survives a power failure only once its folder is on disk, too. */
  public static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (java.nio.file.AccessDeniedException e) {
      // Windows opens no folders; NTFS journals its metadata instead.
      if (!System.getProperty("os.name", "").startsWith("Windows")) {
        throw e;
      }
    }
  }

  /** A failure that names the file. */
  public static StoreException failed(Path file, String action, IOException cause) {
    return new StoreException(
        ErrorCode.STORE_IO, "can't %s %s: %s".formatted(action, file, reason(cause)), cause);
  }

  private static String reason(IOException cause) {
    String message = cause.getMessage();
    return cause.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " has no folder");
    }
    return parent;
  }
}
