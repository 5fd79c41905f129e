package org.attunedb.server.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceTableTest {
  private static final Spending SPENT = new Spending(3, 2_000_000, 500_000);

  @TempDir private Path folder;

  @Test
  void read_editedTable_tellsTheCost() throws IOException {
    Path file = folder.resolve("prices.json");
    Files.writeString(
        file,
        """
        {"currency": "EUR", "asOf": "today", "models": {"m": {"input": 1.5, "output": 4}}}
        """);

    PriceTable table = PriceTable.read(file);

    assertThat(table.of("m").orElseThrow().of(SPENT)).isEqualTo(5);
    assertThat(table.describe("m", SPENT))
        .startsWith("3 requests, 2,000,000 input and 500,000 output tokens, 5.00 EUR")
        .endsWith("as of today");
    assertThat(table.describe("other", SPENT)).contains("no price for 'other'");
  }

  @Test
  void builtIn_defaultModel_hasAPrice() {
    assertThat(PriceTable.builtIn().of("gpt-4o-mini")).isPresent();
    assertThat(PriceTable.builtIn().asOf()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | expected a JSON object, got an array",
        "{ | prices.json",
        "{\"models\": {}} | 'currency' is missing",
        "{\"currency\": \" \", \"models\": {}} | 'currency' is missing",
        "{\"currency\": 1, \"models\": {}} | 'currency' is missing",
        "{\"currency\": \"EUR\"} | 'models' is missing",
        "{\"currency\": \"EUR\", \"models\": []} | 'models' is missing",
        "{\"currency\": \"EUR\", \"asof\": \"x\", \"models\": {}}"
            + " | 'asof' is unknown, expected asOf, currency, models",
        "{\"currency\": \"EUR\", \"asOf\": 2025, \"models\": {}} | 'asOf' is not a string",
        "{\"currency\": \"EUR\", \"models\": {\"m\": 3}} | 'models.m' is not an object",
        "{\"currency\": \"EUR\", \"models\": {\"m\": {\"input\": 1}}}"
            + " | 'models.m.output' is missing, expected a number of at least 0",
        "{\"currency\": \"EUR\", \"models\": {\"m\": {\"input\": -1, \"output\": 1}}}"
            + " | 'models.m.input' is -1, expected a number of at least 0",
        "{\"currency\": \"EUR\", \"models\": {\"m\": {\"input\": 1e999, \"output\": 1}}}"
            + " | 'models.m.input' is ",
        "{\"currency\": \"EUR\", \"models\": {\"m\": {\"input\": \"1\", \"output\": 1}}}"
            + " | 'models.m.input' is no number, expected a number of at least 0",
        "{\"currency\": \"EUR\", \"models\": {\"m\": {\"input\": 1, \"output\": 1, \"cached\": 1}}}"
            + " | 'models.m.cached' is unknown, expected input, output",
      })
  void read_badTable_isRefusedNamingFileAndMember(String content, String problem)
      throws IOException {
    Path file = folder.resolve("prices.json");
    Files.writeString(file, content);

    assertThatThrownBy(() -> PriceTable.read(file))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_MALFORMED))
        .hasMessageContaining("prices.json")
        .hasMessageContaining(problem);
  }

  @Test
  void read_tableThatIsNone_isRefused() throws IOException {
    Path file = folder.resolve("prices.json");
    Files.writeString(file, " ".repeat(2 << 20));

    assertThatThrownBy(() -> PriceTable.read(file))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_MALFORMED))
        .hasMessageContaining("is longer than 1048576 bytes");
  }
}
