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
import org.junit.jupiter.params.provider.ValueSource;

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
  @ValueSource(
      strings = {
        "[]",
        "{\"models\": {}}",
        "{\"currency\": \"EUR\"}",
        "{\"currency\": \"EUR\", \"models\": {\"m\": {\"input\": 1}}}",
        "{\"currency\": \"EUR\", \"models\": {\"m\": {\"input\": -1, \"output\": 1}}}",
        "{\"currency\": \"EUR\", \"models\": {\"m\": {\"input\": \"1\", \"output\": 1}}}",
      })
  void read_badTable_isRefusedNamingTheFile(String content) throws IOException {
    Path file = folder.resolve("prices.json");
    Files.writeString(file, content);

    assertThatThrownBy(() -> PriceTable.read(file))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_MALFORMED))
        .hasMessageContaining("prices.json");
  }
}
