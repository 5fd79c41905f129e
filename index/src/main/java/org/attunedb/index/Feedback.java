package org.attunedb.index;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.attunedb.core.DocumentId;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.Query;

/**
 * What somebody did with the answer to a query.
 *
 * @param query as it was searched for; a text of at most {@value #MAX_TEXT_BYTES} UTF-8 bytes
 * @param shown ids that were shown, best first: 1 to {@value #MAX_SHOWN}, each once. Only what
 *     could be seen belongs here, because the place in this list tells how likely it was to be
 *     looked at
 * @param chosen which of them was chosen; empty if none was
 * @param time when, to the millisecond
 * @param adapter the version that was applied; empty if none was
 */
public record Feedback(
    Query query,
    List<String> shown,
    Optional<String> chosen,
    Instant time,
    Optional<String> adapter) {
  /** Most ids of one entry. */
  public static final int MAX_SHOWN = 1_000;

  /** Longest text. */
  public static final int MAX_TEXT_BYTES = 1 << 16;

  private static final Pattern VERSION = Pattern.compile("v[1-9][0-9]{0,8}");

  /**
   * Copies the list and checks that everything can be kept.
   *
   * @throws InvalidInputException {@code labels_invalid} for no, too many or another chosen
   *     document; {@code id_invalid}, {@code id_too_long} or {@code duplicate_id} for an id; {@code
   *     text_too_large} or {@code text_invalid}; {@code adapter_invalid}; {@code
   *     option_out_of_range} for the time
   */
  public Feedback {
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(shown, "shown");
    Objects.requireNonNull(chosen, "chosen");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(adapter, "adapter");
    if (shown.isEmpty() || shown.size() > MAX_SHOWN) {
      throw invalid("shows %s documents, expected 1 to %s".formatted(shown.size(), MAX_SHOWN));
    }
    shown.forEach(DocumentId::require);
    shown = List.copyOf(shown);
    requireDistinct(shown);
    if (chosen.isPresent() && !shown.contains(chosen.get())) {
      throw invalid("chooses document '" + chosen.get() + "', which was not shown");
    }
    String text = query.text();
    if (text != null) {
      requireText(text);
    }
    if (adapter.isPresent() && !VERSION.matcher(adapter.get()).matches()) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "feedback names adapter '" + adapter.get() + "', expected a version such as v2");
    }
    time = requireTime(time);
  }

  private static void requireDistinct(List<String> shown) {
    Set<String> seen = new HashSet<>();
    for (String id : shown) {
      if (!seen.add(id)) {
        throw new InvalidInputException(
            ErrorCode.DUPLICATE_ID, "feedback shows document '" + id + "' twice");
      }
    }
  }

  private static void requireText(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      if (bytes.remaining() > MAX_TEXT_BYTES) {
        throw new InvalidInputException(
            ErrorCode.TEXT_TOO_LARGE,
            "feedback has a query of %s UTF-8 bytes, expected at most %s"
                .formatted(bytes.remaining(), MAX_TEXT_BYTES));
      }
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          ErrorCode.TEXT_INVALID, "feedback has a query that is not valid Unicode", e);
    }
  }

  private static Instant requireTime(Instant time) {
    try {
      return Instant.ofEpochMilli(time.toEpochMilli());
    } catch (ArithmeticException e) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "feedback has time " + time + ", too far from now", e);
    }
  }

  /** The place of the chosen document, 1 for the first; 0 if none was chosen. */
  public int rank() {
    return chosen.map(id -> shown.indexOf(id) + 1).orElse(0);
  }

  private static InvalidInputException invalid(String problem) {
    return new InvalidInputException(ErrorCode.LABELS_INVALID, "feedback " + problem);
  }
}
