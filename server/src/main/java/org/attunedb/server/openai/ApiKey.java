package org.attunedb.server.openai;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * A secret. It comes from the environment or a file and goes into one HTTP header; no text that
 * this class makes shows it. Immutable.
 */
public final class ApiKey {
  private static final int MAX_LENGTH = 4_096;

  private final String value;

  private ApiKey(String value) {
    this.value = value;
  }

  /**
   * A key that is known already.
   *
   * @param origin where it comes from, for messages
   * @throws InvalidInputException {@code api_key_missing} if it is blank or no HTTP header can hold
   *     it
   */
  public static ApiKey of(String value, String origin) {
    String key = value.strip();
    boolean printable = key.chars().allMatch(c -> c > ' ' && c < 127);
    if (key.isEmpty() || key.length() > MAX_LENGTH || !printable) {
      throw new InvalidInputException(
          ErrorCode.API_KEY_MISSING,
          origin + " holds no API key, expected one line of printable characters");
    }
    return new ApiKey(key);
  }

  /**
   * The one line of a file.
   *
   * @throws InvalidInputException {@code file_unreadable}, or {@code api_key_missing} as above
   */
  public static ApiKey read(Path file) {
    try {
      if (!Files.exists(file)) {
        throw unreadable(file, "there is no such file");
      }
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_LENGTH) {
        throw unreadable(file, "it is no small file");
      }
      return of(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNREADABLE, file + ": can't be read: " + e.getClass().getSimpleName(), e);
    }
  }

  private static InvalidInputException unreadable(Path file, String why) {
    return new InvalidInputException(
        ErrorCode.FILE_UNREADABLE, file + ": " + why + ", expected one with an API key");
  }

  String value() {
    return value;
  }

  @Override
  public String toString() {
    return "ApiKey[hidden]";
  }
}
