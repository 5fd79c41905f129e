package org.attunedb.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;

/**
 * Filters as JSON objects. A member names a field and holds an object of operators ({@code $eq $ne
 * $gt $gte $lt $lte $in $nin $contains $startsWith $exists}) or, short for {@code $eq}, a value;
 * {@code $and}, {@code $or} and {@code $not} hold filters. Several members or operators must all
 * hold. A field that starts with {@code $} is written with one more {@code $}. Values have the form
 * of {@link MetadataJson}. What {@link #write} gives is read back equal. Stateless.
 *
 * <pre>{@code {"lang": "en", "year": {"$gte": 2020, "$lt": 2030}}}</pre>
 */
public final class FilterJson {
  private FilterJson() {}

  /**
   * Reads a filter from text. Malformed JSON, duplicate keys and deep nesting are found before
   * anything is built.
   *
   * @throws InvalidInputException {@code filter_invalid} with the JSON pointer (RFC 6901) of the
   *     fault; {@code filter_too_complex} beyond {@value Filter#MAX_DEPTH} levels or {@value
   *     Filter#MAX_TERMS} terms
   */
  public static Filter read(String json) {
    return FilterReader.read(FilterText.parse(json), "");
  }

  /**
   * Reads a filter from a JSON tree.
   *
   * @throws InvalidInputException as {@link #read(String)}
   */
  public static Filter read(JsonNode json) {
    return FilterReader.read(json, "");
  }

  /**
   * Reads a filter from a part of a JSON document.
   *
   * @param at the part's JSON pointer, in front of the pointers of faults
   * @throws InvalidInputException as {@link #read(String)}
   */
  public static Filter read(JsonNode json, String at) {
    return FilterReader.read(json, at);
  }

  /**
   * Writes a filter.
   *
   * @throws InvalidInputException {@code filter_too_complex}; see {@link
   *     Filter#requireWithinLimits()}
   */
  public static ObjectNode write(Filter filter) {
    filter.requireWithinLimits();
    return node(filter);
  }

  private static ObjectNode node(Filter filter) {
    return switch (filter) {
      case Filter.Eq f -> condition(f.field(), "$eq", ValueJson.write(f.value()));
      case Filter.Ne f -> condition(f.field(), "$ne", ValueJson.write(f.value()));
      case Filter.Gt f -> condition(f.field(), "$gt", ValueJson.write(f.value()));
      case Filter.Gte f -> condition(f.field(), "$gte", ValueJson.write(f.value()));
      case Filter.Lt f -> condition(f.field(), "$lt", ValueJson.write(f.value()));
      case Filter.Lte f -> condition(f.field(), "$lte", ValueJson.write(f.value()));
      case Filter.In f -> condition(f.field(), "$in", values(f.values()));
      case Filter.Nin f -> condition(f.field(), "$nin", values(f.values()));
      case Filter.Contains f ->
          condition(f.field(), "$contains", ValueJson.write(MetadataValue.of(f.text())));
      case Filter.StartsWith f ->
          condition(f.field(), "$startsWith", ValueJson.write(MetadataValue.of(f.prefix())));
      case Filter.Exists f ->
          condition(f.field(), "$exists", ValueJson.write(MetadataValue.of(true)));
      case Filter.And f -> StrictJson.object().set("$and", filters(f.filters()));
      case Filter.Or f -> StrictJson.object().set("$or", filters(f.filters()));
      case Filter.Not f -> StrictJson.object().set("$not", node(f.filter()));
    };
  }

  private static ObjectNode condition(String field, String operator, JsonNode operand) {
    ObjectNode operators = StrictJson.object();
    operators.set(operator, operand);
    ObjectNode condition = StrictJson.object();
    condition.set(field.startsWith("$") ? "$" + field : field, operators);
    return condition;
  }

  private static ArrayNode values(List<MetadataValue> values) {
    ArrayNode array = StrictJson.object().arrayNode();
    values.forEach(value -> array.add(ValueJson.write(value)));
    return array;
  }

  private static ArrayNode filters(List<Filter> filters) {
    ArrayNode array = StrictJson.object().arrayNode();
    filters.forEach(filter -> array.add(node(filter)));
    return array;
  }
}
