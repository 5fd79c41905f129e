package org.attunedb.index.internal.jobs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.training.CheckpointStore;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * Checkpoints in a folder, one file each.
 *
 * <pre>
 * offset  type    field, all numbers big-endian
 * 0       bytes   "ATTUNCKP"
 * 8       i32     format version, 1
 * 12      i32     CRC-32C of the content
 * 16      bytes   the content
 * </pre>
 */
final class FolderCheckpoints implements CheckpointStore {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final String SUFFIX = ".ckpt";
  private static final byte[] MAGIC = "ATTUNCKP".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT_VERSION = 1;
  private static final int HEADER_BYTES = 16;

  private final StoreFiles files;
  private final Path folder;

  FolderCheckpoints(StoreFiles files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  @Override
  public Optional<byte[]> read(String name) {
    Path file = file(name);
    if (!files.ops().exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(content(files, file));
    } catch (StoreException e) {
      // A training that begins anew is better than none; verification names the file.
      if (e.code() == ErrorCode.STORE_CORRUPT || e.code() == ErrorCode.UNSUPPORTED_FORMAT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The content of a file that is whole. */
  static byte[] content(StoreFiles files, Path file) {
    byte[] bytes = files.read(file);
    if (bytes.length < HEADER_BYTES || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw damaged(file);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes, MAGIC.length, HEADER_BYTES - MAGIC.length);
    byte[] content = Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
    int version = header.getInt();
    if (version > FORMAT_VERSION) {
      throw new StoreException(
          ErrorCode.UNSUPPORTED_FORMAT,
          "%s: format version is %s, this version of Attune reads %s"
              .formatted(file, version, FORMAT_VERSION));
    }
    if (version != FORMAT_VERSION || header.getInt() != checksum(content)) {
      throw damaged(file);
    }
    return content;
  }

  private static StoreException damaged(Path file) {
    return new StoreException(
        ErrorCode.STORE_CORRUPT, file + ": content does not fit its checksum");
  }

  @Override
  public void write(String name, byte[] content) {
    Path file = file(name);
    if (content.length > MAX_BYTES) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "checkpoint '%s' has %s bytes, expected at most %s"
              .formatted(name, content.length, MAX_BYTES));
    }
    files.createDirectories(folder);
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + content.length);
    bytes.put(MAGIC).putInt(FORMAT_VERSION).putInt(checksum(content)).put(content);
    files.writeAtomically(file, bytes.array());
  }

  private static int checksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  private Path file(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "checkpoint name '%s', expected %s".formatted(name, NAME.pattern()));
    }
    return folder.resolve(name + SUFFIX);
  }

  /** The files that are there. */
  static List<Path> files(StoreFiles files, Path folder) {
    return files.ops().isDirectory(folder)
        ? files.list(folder).stream().filter(file -> file.toString().endsWith(SUFFIX)).toList()
        : List.of();
  }
}
