package org.attunedb.index.internal.lucene;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;

/** The types that values of a metadata field have. Stateless. */
public final class FieldTypes {
  private FieldTypes() {}

  /**
   * The types in words, such as {@code strings}; of deleted documents, too, as long as their
   * segment stands.
   */
  public static List<String> of(IndexReader reader, String field) {
    Map<String, String> kept = new LinkedHashMap<>();
    kept.put(Fields.text(field), "strings");
    kept.put(Fields.integer(field), "integers");
    kept.put(Fields.real(field), "numbers with a fraction");
    kept.put(Fields.flag(field), "truth values");
    kept.put(Fields.list(field), "lists of strings");
    kept.put(Fields.uuid(field), "UUIDs");
    kept.put(Fields.time(field), "times");
    FieldInfos infos = FieldInfos.getMergedFieldInfos(reader);
    List<String> types = new ArrayList<>();
    kept.forEach(
        (name, type) -> {
          if (infos.fieldInfo(name) != null) {
            types.add(type);
          }
        });
    return types;
  }
}
