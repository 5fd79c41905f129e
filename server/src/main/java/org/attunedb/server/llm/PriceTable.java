package org.attunedb.server.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/**
 * What models cost, from a JSON file that people edit:
 *
 * <pre>
 * {"currency": "USD", "asOf": "2025-04-30", "models": {"gpt-4o-mini": {"input": 0.15, "output": 0.6}}}
 * </pre>
 *
 * <p>Prices are those of 1,000,000 tokens. Immutable.
 *
 * @param origin where it comes from, for people
 * @param currency of all prices
 * @param asOf when the prices were looked up, in the file's words
 * @param models by their services' names for them
 */
public record PriceTable(
    String origin, String currency, String asOf, Map<String, ModelPrice> models) {
  private static final int MAX_BYTES = 1 << 20;

  /** Copies the map. */
  public PriceTable {
    models = Map.copyOf(models);
  }

  /** The table that comes with Attune: list prices of a few models, as of its date. */
  public static PriceTable builtIn() {
    try (InputStream in = PriceTable.class.getResourceAsStream("prices.json")) {
      if (in == null) {
        throw new IllegalStateException("prices.json is not on the class path");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "the built-in table");
    } catch (IOException e) {
      throw new UncheckedIOException("prices.json", e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException {@code file_unreadable}, or {@code file_malformed} naming the
   *     file and member
   */
  public static PriceTable read(Path file) {
    try (InputStream in = FileFault.open(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw malformed(
            file.toString(),
            "is longer than %s bytes, expected a table of prices".formatted(MAX_BYTES));
      }
      return parse(new String(bytes, StandardCharsets.UTF_8), file.toString());
    } catch (IOException e) {
      throw FileFault.unreadable(file, e);
    }
  }

  private static PriceTable parse(String text, String where) {
    ObjectNode json;
    try {
      json = StrictJson.readObject(text, where);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(ErrorCode.FILE_MALFORMED, e.getMessage(), e);
    }
    requireKnown(json, Set.of("currency", "asOf", "models"), "", where);
    if (json.path("currency").asText().isBlank() || !json.path("currency").isTextual()) {
      throw malformed(where, "'currency' is missing, expected a string such as \"USD\"");
    }
    if (json.has("asOf") && !json.path("asOf").isTextual()) {
      throw malformed(where, "'asOf' is not a string, expected a date such as \"2025-04-30\"");
    }
    if (!(json.get("models") instanceof ObjectNode listed)) {
      throw malformed(where, "'models' is missing, expected an object");
    }
    Map<String, ModelPrice> models = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : listed.properties()) {
      models.put(each.getKey(), model(each.getValue(), "models." + each.getKey(), where));
    }
    return new PriceTable(
        where, json.path("currency").asText(), json.path("asOf").asText(""), models);
  }

  private static ModelPrice model(JsonNode json, String place, String where) {
    if (!json.isObject()) {
      throw malformed(
          where, "'%s' is not an object, expected \"input\" and \"output\"".formatted(place));
    }
    requireKnown(json, Set.of("input", "output"), place + ".", where);
    return new ModelPrice(price(json, "input", place, where), price(json, "output", place, where));
  }

  /** A slip of the pen would otherwise pass for a price that is not given. */
  private static void requireKnown(JsonNode json, Set<String> known, String place, String where) {
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      if (!known.contains(member.getKey())) {
        throw malformed(
            where,
            "'%s%s' is unknown, expected %s"
                .formatted(place, member.getKey(), String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  private static double price(JsonNode model, String member, String place, String where) {
    JsonNode price = model.path(member);
    if (!price.isNumber() || !Double.isFinite(price.asDouble()) || price.asDouble() < 0) {
      throw malformed(
          where,
          "'%s.%s' is %s, expected a number of at least 0 (per million tokens)"
              .formatted(place, member, told(price)));
    }
    return price.asDouble();
  }

  private static String told(JsonNode price) {
    return price.isMissingNode() ? "missing" : price.isNumber() ? price.asText() : "no number";
  }

  private static InvalidInputException malformed(String where, String problem) {
    return new InvalidInputException(ErrorCode.FILE_MALFORMED, where + ": " + problem);
  }

  /** The price of a model; empty if the table does not have it. */
  public Optional<ModelPrice> of(String model) {
    return Optional.ofNullable(models.get(model));
  }

  /** Money as people read it, with as many decimals as small amounts need. */
  public String money(double amount) {
    int decimals = Math.abs(amount) >= 1 ? 2 : 4;
    return String.format(Locale.ROOT, "%,." + decimals + "f %s", amount, currency);
  }

  /** For example {@code 12 requests, 3,400 input and 560 output tokens, 0.0012 USD}. */
  public String describe(String model, Spending spending) {
    String tokens =
        String.format(
            Locale.ROOT,
            "%,d requests, %,d input and %,d output tokens",
            spending.requests(),
            spending.inputTokens(),
            spending.outputTokens());
    return tokens + ", " + priced(model, spending);
  }

  private String priced(String model, Spending spending) {
    return of(model)
        .map(price -> money(price.of(spending)) + " by " + dated())
        .orElse("no price for '" + model + "' in " + origin);
  }

  private String dated() {
    return asOf.isEmpty() ? origin : origin + " as of " + asOf;
  }
}
