package org.attunedb.index.internal.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.filter.FieldFilter;
import org.attunedb.core.filter.Filter;
import org.junit.jupiter.api.Test;

class UnknownFieldsTest {
  private static final MetadataValue ONE = MetadataValue.of(1L);

  /** An index of one segment for each document, which has the given keys. */
  private static Directory index(List<List<String>> documents) throws IOException {
    Directory directory = new ByteBuffersDirectory();
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      for (List<String> keys : documents) {
        Document document = new Document();
        keys.forEach(key -> document.add(new StringField(Fields.KEYS, key, Field.Store.NO)));
        writer.addDocument(document);
        writer.flush();
      }
    }
    return directory;
  }

  private static List<String> unknown(Directory directory, Filter filter) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      return UnknownFields.of(reader, filter);
    }
  }

  private static List<Filter> everyKind() {
    return List.of(
        new Filter.Eq("f01", ONE),
        new Filter.Ne("f02", ONE),
        new Filter.Gt("f03", ONE),
        new Filter.Gte("f04", ONE),
        new Filter.Lt("f05", ONE),
        new Filter.Lte("f06", ONE),
        new Filter.In("f07", List.of()),
        new Filter.Nin("f08", List.of(ONE)),
        new Filter.Contains("f09", "x"),
        new Filter.StartsWith("f10", "x"),
        Filter.not(new Filter.Or(List.of(new Filter.Exists("f11")))));
  }

  @Test
  void of_everyKindOfFilter_namesItsField() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (int i = 1; i <= 11; i++) {
      names.add(String.format(Locale.ROOT, "f%02d", i));
    }

    assertThat(unknown(index(List.of(List.of("a"))), new Filter.And(everyKind())))
        .containsExactlyElementsOf(names);
    assertThat(unknown(index(List.of(List.copyOf(names))), new Filter.And(everyKind()))).isEmpty();
  }

  @Test
  void of_fieldsInDifferentSegments_namesOnlyTheOthersSortedAndOnce() throws IOException {
    Directory directory = index(List.of(List.of("a", "b"), List.of(), List.of("c")));
    FieldFilter z = Filter.field("z");
    Filter filter =
        z.eq(1).or(Filter.field("a").eq("x")).or(Filter.field("x' OR 1=1").exists()).or(z.gt(2));

    assertThat(unknown(directory, filter.and(Filter.field("c").lt(3))))
        .containsExactly("x' OR 1=1", "z");
    assertThat(unknown(directory, Filter.field("a*").eq(1))).containsExactly("a*");
    assertThat(unknown(directory, Filter.field("A").eq(1))).containsExactly("A");
  }

  @Test
  void of_emptyIndex_knowsNoField() throws IOException {
    assertThat(unknown(index(List.of()), Filter.eq("a", 1))).containsExactly("a");
    assertThat(unknown(index(List.of()), Filter.and())).isEmpty();
  }
}
