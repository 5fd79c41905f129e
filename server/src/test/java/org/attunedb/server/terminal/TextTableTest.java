package org.attunedb.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.attunedb.server.terminal.TextTable.Column;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void toString_wordsAndNumbers_areAlignedInColumns() {
    TextTable table = TextTable.of(Column.text("name"), Column.number("documents"));
    table.add("notes", "12").add("customers", "1,204,518");

    assertThat(table)
        .hasToString(
            """
            name      | documents
            ----------+----------
            notes     |        12
            customers | 1,204,518
            """);
  }

  @Test
  void lines_lastColumnOfWords_haveNoTrailingSpaces() {
    TextTable table = TextTable.of(Column.number("rank"), Column.text("text")).add("1", "a\nb");

    assertThat(table.lines()).containsExactly("rank | text", "-----+-----", "   1 | a b");
  }

  @Test
  void add_wrongNumberOfCells_isRejected() {
    TextTable table = TextTable.of(Column.text("name"));

    assertThatThrownBy(() -> table.add("a", "b")).hasMessage("row has 2 cells, expected 1");
  }
}
