package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.internal.lucene.Fields;

/** The metadata fields of a filter that no live document has, which often are misspelt. */
final class UnknownFilterFields {
  private UnknownFilterFields() {}

  /** Their names, sorted. */
  static List<String> of(IndexReader reader, Filter filter) throws IOException {
    SortedSet<String> fields = new TreeSet<>();
    collect(filter, fields);
    List<String> unknown = new ArrayList<>();
    for (String field : fields) {
      if (!isKnown(reader, field)) {
        unknown.add(field);
      }
    }
    return unknown;
  }

  private static boolean isKnown(IndexReader reader, String field) throws IOException {
    for (LeafReaderContext context : reader.leaves()) {
      PostingsEnum postings =
          context.reader().postings(new Term(Fields.KEYS, field), PostingsEnum.NONE);
      Bits live = context.reader().getLiveDocs();
      while (postings != null && postings.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        if (live == null || live.get(postings.docID())) {
          return true;
        }
      }
    }
    return false;
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
