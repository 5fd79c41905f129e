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
      byte[] bytes = in.readNBytes(MAX_BYTES);
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
    if (!json.path("currency").isTextual()) {
      throw malformed(where, "'currency' is missing, expected a string such as \"USD\"");
    }
    if (!(json.get("models") instanceof ObjectNode listed)) {
      throw malformed(where, "'models' is missing, expected an object");
    }
    Map<String, ModelPrice> models = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : listed.properties()) {
      String place = "'models." + each.getKey();
      models.put(
          each.getKey(),
          new ModelPrice(
              price(each.getValue(), "input", where, place),
              price(each.getValue(), "output", where, place)));
    }
    return new PriceTable(
        where, json.path("currency").asText(), json.path("asOf").asText(""), models);
  }

  private static double price(JsonNode model, String member, String where, String place) {
    JsonNode price = model.path(member);
    if (!price.isNumber() || !Double.isFinite(price.asDouble()) || price.asDouble() < 0) {
      throw malformed(
          where, place + "." + member + "' is not a number of at least 0 (per million tokens)");
    }
    return price.asDouble();
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
