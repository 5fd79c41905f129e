package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.attunedb.core.filter.Filter;

/** Fields that a filter names and no document has: most often a slip of the pen. */
public final class UnknownFields {
  private UnknownFields() {}

  /**
   * The names, sorted; empty if all are known. Deleted documents count as long as their segment
   * stands. One term look-up for each field and segment.
   *
   * @param filter a filter whose limits were checked
   * @throws IOException if the index can't be read
   */
  public static List<String> of(IndexReader reader, Filter filter) throws IOException {
    SortedSet<String> fields = new TreeSet<>();
    collect(filter, fields);
    List<String> unknown = new ArrayList<>();
    for (String field : fields) {
      if (reader.docFreq(new Term(Fields.KEYS, field)) == 0) {
        unknown.add(field);
      }
    }
    return unknown;
  }

  private static void collect(Filter filter, SortedSet<String> fields) {
    switch (filter) {
      case Filter.Eq f -> fields.add(f.field());
      case Filter.Ne f -> fields.add(f.field());
      case Filter.Gt f -> fields.add(f.field());
      case Filter.Gte f -> fields.add(f.field());
      case Filter.Lt f -> fields.add(f.field());
      case Filter.Lte f -> fields.add(f.field());
      case Filter.In f -> fields.add(f.field());
      case Filter.Nin f -> fields.add(f.field());
      case Filter.Contains f -> fields.add(f.field());
      case Filter.StartsWith f -> fields.add(f.field());
      case Filter.Exists f -> fields.add(f.field());
      case Filter.And f -> f.filters().forEach(child -> collect(child, fields));
      case Filter.Or f -> f.filters().forEach(child -> collect(child, fields));
      case Filter.Not f -> collect(f.filter(), fields);
    }
  }
}
