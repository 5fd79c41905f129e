package org.attunedb.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;

/**
 * Reads one filter from a JSON tree. Depth and terms are bounded on the way, so that a hostile tree
 * can exhaust neither stack nor memory. Used once, by one thread.
 */
final class FilterReader {
  private static final String CONNECTIVES = "$and, $or, $not";
  private static final String OPERATORS =
      "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $contains, $startsWith, $exists";

  private int terms;

  private FilterReader() {}

  static Filter read(JsonNode node, String at) {
    Filter filter = new FilterReader().filter(node, at, 1);
    // The bounds on the way don't count connectives that several members of an object imply.
    filter.requireWithinLimits();
    return filter;
  }

  private Filter filter(JsonNode node, String at, int depth) {
    if (depth > Filter.MAX_DEPTH) {
      throw FilterFault.tooDeep(at);
    }
    if (!(node instanceof ObjectNode object)) {
      throw FilterFault.invalid(at, "got " + ValueJson.describe(node) + ", expected an object");
    }
    if (object.isEmpty()) {
      throw FilterFault.invalid(
          at, "got an empty object, expected a condition; {\"$and\": []} holds for every document");
    }
    List<Filter> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String place = FilterFault.member(at, member.getKey());
      parts.addAll(member(member.getKey(), member.getValue(), place, depth));
    }
    return parts.size() == 1 ? parts.getFirst() : new Filter.And(parts);
  }

  private List<Filter> member(String name, JsonNode node, String at, int depth) {
    if (!name.startsWith("$")) {
      return field(name, node, at);
    }
    if (name.startsWith("$$")) {
      return field(name.substring(1), node, at);
    }
    count(1, at);
    return List.of(
        switch (name) {
          case "$and" -> new Filter.And(filters(node, at, depth + 1));
          case "$or" -> new Filter.Or(filters(node, at, depth + 1));
          case "$not" -> new Filter.Not(filter(node, at, depth + 1));
          default ->
              throw FilterFault.invalid(
                  at,
                  "unknown operator '"
                      + ValueJson.shortened(name)
                      + "', expected a field or one of "
                      + CONNECTIVES
                      + " (a field that starts with $ is written with $$)");
        });
  }

  private List<Filter> filters(JsonNode node, String at, int depth) {
    ArrayNode array = array(node, at);
    List<Filter> filters = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      filters.add(filter(array.get(i), at + "/" + i, depth));
    }
    return filters;
  }

  private List<Filter> field(String field, JsonNode node, String at) {
    if (!(node instanceof ObjectNode operators) || ValueJson.isTagged(operators)) {
      return List.of(condition(field, "$eq", node, at));
    }
    if (operators.isEmpty()) {
      throw FilterFault.invalid(at, "got an empty object, expected a value or " + OPERATORS);
    }
    List<Filter> conditions = new ArrayList<>();
    for (Map.Entry<String, JsonNode> operator : operators.properties()) {
      String name = operator.getKey();
      conditions.add(condition(field, name, operator.getValue(), FilterFault.member(at, name)));
    }
    return conditions;
  }

  private Filter condition(String field, String operator, JsonNode operand, String at) {
    count(1, at);
    return switch (operator) {
      case "$eq" -> comparison(field, operand, at, Filter.Eq::new);
      case "$ne" -> comparison(field, operand, at, Filter.Ne::new);
      case "$gt" -> comparison(field, operand, at, Filter.Gt::new);
      case "$gte" -> comparison(field, operand, at, Filter.Gte::new);
      case "$lt" -> comparison(field, operand, at, Filter.Lt::new);
      case "$lte" -> comparison(field, operand, at, Filter.Lte::new);
      case "$in" -> membership(field, operand, at, Filter.In::new);
      case "$nin" -> membership(field, operand, at, Filter.Nin::new);
      case "$contains" -> part(field, operand, at, Filter.Contains::new);
      case "$startsWith" -> part(field, operand, at, Filter.StartsWith::new);
      case "$exists" -> exists(field, operand, at);
      default ->
          throw FilterFault.invalid(
              at,
              "unknown operator '"
                  + ValueJson.shortened(operator)
                  + "', expected one of "
                  + OPERATORS);
    };
  }

  private static Filter comparison(
      String field, JsonNode operand, String at, BiFunction<String, MetadataValue, Filter> form) {
    MetadataValue value = located(at, () -> ValueJson.read(operand));
    return located(at, () -> form.apply(field, value));
  }

  private Filter membership(
      String field,
      JsonNode operand,
      String at,
      BiFunction<String, List<MetadataValue>, Filter> form) {
    ArrayNode array = array(operand, at);
    count(array.size(), at);
    List<MetadataValue> values = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      JsonNode element = array.get(i);
      values.add(located(at + "/" + i, () -> ValueJson.read(element)));
    }
    return located(at, () -> form.apply(field, values));
  }

  private static Filter part(
      String field, JsonNode operand, String at, BiFunction<String, String, Filter> form) {
    if (!operand.isTextual()) {
      throw FilterFault.invalid(at, "got " + ValueJson.describe(operand) + ", expected a string");
    }
    return located(at, () -> form.apply(field, operand.textValue()));
  }

  private static Filter exists(String field, JsonNode operand, String at) {
    if (!operand.isBoolean()) {
      throw FilterFault.invalid(
          at, "got " + ValueJson.describe(operand) + ", expected true or false");
    }
    Filter exists = located(at, () -> new Filter.Exists(field));
    return operand.booleanValue() ? exists : new Filter.Not(exists);
  }

  private static ArrayNode array(JsonNode node, String at) {
    if (node instanceof ArrayNode array) {
      return array;
    }
    throw FilterFault.invalid(at, "got " + ValueJson.describe(node) + ", expected an array");
  }

  private void count(int more, String at) {
    terms += more;
    if (terms > Filter.MAX_TERMS) {
      throw FilterFault.tooMany(at);
    }
  }

  /** Gives the refusals of values and filters, which don't know their place, the place. */
  private static <T> T located(String at, Supplier<T> part) {
    try {
      return part.get();
    } catch (InvalidInputException e) {
      throw FilterFault.invalid(at, e.getMessage(), e);
    }
  }
}
