package org.attunedb.index.internal.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;

/**
 * A small JSON file of a store, with a format version and a checksum of all of it.
 *
 * <p>The last member is {@code "crc32c"}: eight hexadecimal digits of the CRC-32C of the file as it
 * would be without that member. A file must be byte for byte what writing its content gives, so
 * that a change to any byte is noticed, white space and checksum included. Immutable.
 */
public final class SealedJson {
  private static final String CHECKSUM = "crc32c";
  private static final String FORMAT_VERSION = "formatVersion";

  private final Path file;
  private final ObjectNode json;

  private SealedJson(Path file, ObjectNode json) {
    this.file = file;
    this.json = json;
  }

  /** An object to fill, with its format version as the first member. */
  public static ObjectNode object(int formatVersion) {
    ObjectNode json = StrictJson.object();
    json.put(FORMAT_VERSION, formatVersion);
    return json;
  }

  /** Writes a file atomically. */
  public static void write(StoreFiles files, Path file, ObjectNode content) {
    files.writeAtomically(file, encode(content));
  }

  /** The bytes of a file with this content. */
  public static byte[] encode(ObjectNode content) {
    ObjectNode sealed = content.deepCopy();
    sealed.put(CHECKSUM, checksum(content));
    return bytes(sealed);
  }

  private static String checksum(ObjectNode content) {
    CRC32C crc = new CRC32C();
    crc.update(bytes(content));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static byte[] bytes(ObjectNode json) {
    return StrictJson.pretty(json).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads and checks a file.
   *
   * @param newest the highest format version that the caller understands
   * @throws StoreException {@code unsupported_format} for a newer file, {@code store_corrupt} for
   *     one that is missing or not as it was written
   */
  public static SealedJson read(StoreFiles files, Path file, int newest) {
    byte[] bytes = files.read(file);
    ObjectNode json = parse(file, bytes);
    SealedJson read = new SealedJson(file, json);
    read.requireVersion(newest);
    ObjectNode content = json.deepCopy();
    content.remove(CHECKSUM);
    if (!Arrays.equals(bytes, encode(content))) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT, file + ": content does not fit its checksum");
    }
    return read;
  }

  private static ObjectNode parse(Path file, byte[] bytes) {
    try {
      return StrictJson.readObject(new String(bytes, StandardCharsets.UTF_8), file.toString());
    } catch (InvalidInputException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, e.getMessage(), e);
    }
  }

  private void requireVersion(int newest) {
    int version = requireInt(FORMAT_VERSION);
    if (version > newest || version < 1) {
      throw new StoreException(
          ErrorCode.UNSUPPORTED_FORMAT,
          "%s: format version is %s, this version of Attune reads 1 to %s"
              .formatted(file, version, newest));
    }
  }

  /** A string; missing or of another type means damage. */
  public String requireText(String member) {
    JsonNode value = json.path(member);
    if (!value.isTextual()) {
      throw damaged(member, "a string");
    }
    return value.textValue();
  }

  /** An integer; missing or of another type means damage. */
  public int requireInt(String member) {
    return Math.toIntExact(requireLong(member, Integer.MAX_VALUE));
  }

  /** An integer up to a limit; missing, of another type or outside means damage. */
  public long requireLong(String member, long most) {
    JsonNode value = json.path(member);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() > most) {
      throw damaged(member, "an integer up to " + most);
    }
    return value.longValue();
  }

  /** A list of strings; missing or of another type means damage. */
  public List<String> requireTexts(String member) {
    JsonNode value = json.path(member);
    if (!value.isArray()) {
      throw damaged(member, "a list");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      texts.add(element.asText());
    }
    return texts;
  }

  /** Any member; {@link JsonNode#isMissingNode() missing} if there is none. */
  public JsonNode member(String member) {
    return json.path(member);
  }

  private StoreException damaged(String member, String expected) {
    return new StoreException(
        ErrorCode.STORE_CORRUPT,
        "%s: member '%s' is missing or not %s".formatted(file, member, expected));
  }
}
