package org.attunedb.core;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** The rules for document ids: any text of 1 to 512 UTF-8 bytes without control characters. */
public final class DocumentId {
  /** Longest id, in UTF-8 bytes. */
  public static final int MAX_BYTES = 512;

  private DocumentId() {}

  /**
   * Returns {@code id} if it is allowed.
   *
   * @throws InvalidInputException {@code id_invalid} if it is null, blank or holds control
   *     characters or unpaired surrogates; {@code id_too_long} above {@value #MAX_BYTES} bytes
   */
  public static String require(@Nullable String id) {
    if (id == null) {
      throw new InvalidInputException(
          ErrorCode.ID_INVALID, "document id is null, expected at least one visible character");
    }
    if (id.isBlank()) {
      throw new InvalidInputException(
          ErrorCode.ID_INVALID, "document id is blank, expected at least one visible character");
    }
    for (int i = 0; i < id.length(); i++) {
      if (Character.isISOControl(id.charAt(i))) {
        throw new InvalidInputException(
            ErrorCode.ID_INVALID,
            String.format(
                Locale.ROOT,
                "document id has the control character U+%04X at position %d",
                (int) id.charAt(i),
                i));
      }
    }
    // String.getBytes would silently turn an unpaired surrogate into '?'.
    if (!Unicode.isValid(id)) {
      throw new InvalidInputException(
          ErrorCode.ID_INVALID, "document id has an unpaired surrogate, expected valid Unicode");
    }
    int bytes = id.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new InvalidInputException(
          ErrorCode.ID_TOO_LONG,
          "document id has " + bytes + " UTF-8 bytes, expected at most " + MAX_BYTES);
    }
    return id;
  }
}
