package org.attunedb.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.filter.RandomFilters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterJsonTest {
  private static final Filter GERMAN = Filter.eq("lang", "de");
  private static final UUID ID = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");

  @Test
  void read_writtenRandomFilters_areEqual() {
    RandomFilters filters = new RandomFilters(new RandomMetadata(new SplittableRandom(77)));
    for (int i = 0; i < 5_000; i++) {
      Filter filter = filters.next();

      ObjectNode json = FilterJson.write(filter);

      assertThat(FilterJson.read(json.toString())).as("%s", json).isEqualTo(filter);
      assertThat(FilterJson.read(json)).as("%s", json).isEqualTo(filter);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$",
        "$$",
        "$and",
        "$$and",
        "$eq",
        "a.b",
        "a/b~c",
        "_id",
        "'] + T(java.lang.Runtime)",
        "x' OR 1=1",
        "\"",
        "*",
        "?",
        "\\",
        "\0",
        "ключ",
        "😀",
        "__proto__"
      })
  void read_writtenOddFieldAndValue_isEqualAndLiteral(String name) {
    for (Filter filter :
        List.of(
            Filter.eq(name, name),
            new Filter.Exists(name),
            new Filter.In(name, List.of(MetadataValue.of(name))),
            new Filter.Contains(name, name),
            new Filter.StartsWith(name, name))) {
      assertThat(FilterJson.read(FilterJson.write(filter).toString())).isEqualTo(filter);
      assertThat(filter.matches(Metadata.of("other", "anything"))).isFalse();
    }
  }

  @Test
  void read_valueInsteadOfOperators_isEquality() {
    assertThat(FilterJson.read("{\"lang\":\"de\"}")).isEqualTo(GERMAN);
    assertThat(FilterJson.read("{\"n\":1}")).isEqualTo(Filter.eq("n", 1));
    assertThat(FilterJson.read("{\"n\":1.0}")).isEqualTo(Filter.field("n").eq(1.0));
    assertThat(FilterJson.read("{\"f\":true}")).isEqualTo(Filter.eq("f", true));
    assertThat(FilterJson.read("{\"l\":[\"a\"]}")).isEqualTo(Filter.field("l").eq(List.of("a")));
    assertThat(FilterJson.read("{\"id\":{\"$uuid\":\"" + ID + "\"}}"))
        .isEqualTo(Filter.field("id").eq(ID));
    assertThat(FilterJson.read("{\"t\":{\"$time\":\"1970-01-01T00:00:00Z\"}}"))
        .isEqualTo(Filter.field("t").eq(Instant.EPOCH));
  }

  @Test
  void read_severalFieldsAndOperators_mustAllHold() {
    assertThat(FilterJson.read("{\"lang\":\"de\",\"year\":{\"$gte\":2020,\"$lt\":2030}}"))
        .isEqualTo(
            Filter.and(GERMAN, Filter.field("year").gte(2020), Filter.field("year").lt(2030)));
    assertThat(FilterJson.read("{\"lang\":\"de\",\"$or\":[{\"a\":1},{\"a\":2}]}"))
        .isEqualTo(Filter.and(GERMAN, Filter.or(Filter.eq("a", 1), Filter.eq("a", 2))));
  }

  @Test
  void read_existsFalse_isNotExists() {
    assertThat(FilterJson.read("{\"a\":{\"$exists\":false}}"))
        .isEqualTo(Filter.not(new Filter.Exists("a")));
  }

  @Test
  void read_emptyLists_areNeutral() {
    assertThat(FilterJson.read("{\"$and\":[]}").matches(Metadata.empty())).isTrue();
    assertThat(FilterJson.read("{\"$or\":[]}").matches(Metadata.empty())).isFalse();
    assertThat(FilterJson.read("{\"a\":{\"$in\":[]}}").matches(Metadata.of("a", "b"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{}                                 | ``",
        "[]                                 | ``",
        "7                                  | ``",
        "{\"a\":{}}                         | /a",
        "{\"a\":null}                       | /a",
        "{\"a\":{\"$foo\":1}}               | /a/$foo",
        "{\"a\":{\"b\":1}}                  | /a/b",
        "{\"a\":{\"$and\":[]}}              | /a/$and",
        "{\"a/b~c\":{\"$foo\":1}}           | /a~1b~0c/$foo",
        "{\"$eq\":1}                        | /$eq",
        "{\"$nor\":[]}                      | /$nor",
        "{\"$and\":{}}                      | /$and",
        "{\"$or\":[{\"a\":1},7]}            | /$or/1",
        "{\"$not\":[]}                      | /$not",
        "{\"$not\":{\"a\":{\"$in\":1}}}     | /$not/a/$in",
        "{\"a\":{\"$in\":[1,null]}}         | /a/$in/1",
        "{\"a\":{\"$gt\":true}}             | /a/$gt",
        "{\"a\":{\"$lte\":[\"x\"]}}         | /a/$lte",
        "{\"a\":{\"$eq\":[1]}}              | /a/$eq",
        "{\"a\":{\"$eq\":1e400}}            | /a/$eq",
        "{\"a\":{\"$eq\":9223372036854775808}} | /a/$eq",
        "{\"a\":{\"$eq\":\"\\ud800\"}}      | /a/$eq",
        "{\"a\":{\"$contains\":1}}          | /a/$contains",
        "{\"a\":{\"$startsWith\":\"\\ud800\"}} | /a/$startsWith",
        "{\"a\":{\"$exists\":1}}            | /a/$exists",
        "{\"a\":{\"$uuid\":\"1-1-1-1-1\"}}  | /a",
        "{\"a\":{\"$gt\":{\"$time\":\"2026-11-21\"}}} | /a/$gt",
        "{\"a\":1,\"a\":2}                  | /a",
        "{\"$or\":[{\"b\":{\"$gt\":1,\"$gt\":2}}]} | /$or/0/b/$gt",
      })
  void read_malformedFilter_isRefusedWithItsPlace(String json, String pointer) {
    assertRefused(ErrorCode.FILTER_INVALID, () -> FilterJson.read(json))
        .withMessageStartingWith("filter at '" + pointer + "': ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{} {}", "{\"a\":1}]", "{a:1}", "{\"a\":NaN}", "\uFEFF{}"})
  void read_malformedJson_isRefused(String json) {
    assertRefused(ErrorCode.FILTER_INVALID, () -> FilterJson.read(json));
  }

  @Test
  void read_unknownOperator_namesItAndTheKnownOnes() {
    assertRefused(ErrorCode.FILTER_INVALID, () -> FilterJson.read("{\"a\":{\"$regex\":\"x\"}}"))
        .withMessageContaining("'$regex'")
        .withMessageContaining(
            "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $contains, $startsWith, $exists");
    assertRefused(ErrorCode.FILTER_INVALID, () -> FilterJson.read("{\"$xor\":[]}"))
        .withMessageContaining("'$xor'")
        .withMessageContaining("$and, $or, $not");
  }

  @Test
  void read_unpairedSurrogateInField_isRefusedWithAMessageOfValidUnicode() {
    assertRefused(ErrorCode.FILTER_INVALID, () -> FilterJson.read("{\"\\ud800\":1}"))
        .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\ud800"));
  }

  @Test
  void read_partOfADocument_startsPointersThere() {
    JsonNode part = JsonNodeFactory.instance.numberNode(7);

    assertRefused(ErrorCode.FILTER_INVALID, () -> FilterJson.read(part, "/query/filter"))
        .withMessageStartingWith("filter at '/query/filter': ");
  }

  @Test
  void read_fiveThousandLevels_isTooComplex() {
    for (String open : List.of("{\"$not\":", "{\"$and\":[", "[")) {
      String close = open.equals("[") ? "]" : open.endsWith("[") ? "]}" : "}";
      String json = open.repeat(5_000) + "{\"a\":1}" + close.repeat(5_000);

      assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> FilterJson.read(json));
      // The depth is found before the end, even where the text is cut off.
      assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> FilterJson.read(open.repeat(5_000)));
    }
    JsonNode tree = JsonNodeFactory.instance.objectNode().put("a", 1);
    for (int i = 0; i < 5_000; i++) {
      tree = JsonNodeFactory.instance.objectNode().set("$not", tree);
    }
    JsonNode deep = tree;
    assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> FilterJson.read(deep));
  }

  @Test
  void write_fiveThousandLevels_isTooComplex() {
    Filter filter = GERMAN;
    for (int i = 0; i < 5_000; i++) {
      filter = Filter.not(filter);
    }
    Filter deep = filter;

    assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> FilterJson.write(deep));
  }

  @Test
  void read_deepestAndLargestFilters_areEqual() {
    Filter deepest =
        new Filter.In("a", List.of(MetadataValue.of(ID), MetadataValue.of(List.of("x"))));
    for (int level = 1; level < Filter.MAX_DEPTH; level++) {
      deepest = new Filter.And(List.of(deepest));
    }
    Filter largest = new Filter.Or(Collections.nCopies(Filter.MAX_TERMS - 1, GERMAN));

    for (Filter filter : List.of(deepest, largest)) {
      assertThat(FilterJson.read(FilterJson.write(filter).toString())).isEqualTo(filter);
    }
  }

  @Test
  void read_oneLevelOrTermTooMany_isTooComplex() {
    String leaf = "{\"a\":1}";
    String deep = "{\"$and\":[".repeat(16) + leaf + "]}".repeat(16);
    String wide = "{\"$or\":[" + (leaf + ",").repeat(1_023) + leaf + "]}";
    String listed = "{\"a\":{\"$in\":[" + "1,".repeat(1_023) + "1]}}";
    // 1,024 conditions, which imply one connective.
    StringBuilder implied = new StringBuilder("{\"f\":1");
    for (int i = 1; i < 1_024; i++) {
      implied.append(",\"f").append(i).append("\":1");
    }

    for (String json : List.of(deep, wide, listed, implied + "}")) {
      assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> FilterJson.read(json));
    }
  }

  @Test
  void write_everyOperator_isItsDocumentedForm() {
    assertThat(FilterJson.write(Filter.field("year").gte(2020).and(GERMAN.negate())))
        .hasToString(
            "{\"$and\":[{\"year\":{\"$gte\":2020}},{\"$not\":{\"lang\":{\"$eq\":\"de\"}}}]}");
    assertThat(FilterJson.write(Filter.field("$price").in(1, 2)))
        .hasToString("{\"$$price\":{\"$in\":[1,2]}}");
    assertThat(FilterJson.write(Filter.field("t").lt(Instant.EPOCH)))
        .hasToString("{\"t\":{\"$lt\":{\"$time\":\"1970-01-01T00:00:00Z\"}}}");
  }

  @Test
  void read_examplesOfThePage_areFilters() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../docs/filters.md"));
    List<String> examples = lines.stream().filter(line -> line.startsWith("    {")).toList();

    assertThat(examples).hasSizeGreaterThan(8);
    assertThat(examples)
        .allSatisfy(
            json -> {
              Filter filter = FilterJson.read(json);
              assertThat(FilterJson.read(FilterJson.write(filter))).isEqualTo(filter);
            });
  }
}
