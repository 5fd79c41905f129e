package org.attunedb.server.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;

/**
 * Opens folders in BEIR's layout:
 *
 * <ul>
 *   <li>{@code corpus.jsonl}: one object a line with {@code _id}, {@code text}, optionally {@code
 *       title} and an object {@code metadata} of strings, numbers, booleans and lists of strings. A
 *       document's text is the title, a line break and the text; the title is also kept as metadata
 *   <li>{@code queries.jsonl}: {@code _id} and {@code text}
 *   <li>{@code qrels/train.tsv} (may be missing) and {@code qrels/test.tsv}: a header, then query
 *       id, document id and score, set apart by tabs
 * </ul>
 *
 * <p>Opening reads every line once, so that an import which follows does not fail half-way. That
 * takes memory for the ids of the documents and for the queries, not for the documents themselves.
 * Stateless but for its options and safe for use by any number of threads.
 */
public final class BeirReader {
  private static final String QUERIES = "queries.jsonl";

  private final BeirOptions options;

  /** A reader with options. */
  public BeirReader(BeirOptions options) {
    this.options = options;
  }

  /**
   * Reads and checks a folder.
   *
   * @throws InvalidInputException {@code file_unreadable} for a missing folder or file; {@code
   *     file_malformed} for a line that is not as described; {@code labels_unknown_document} if the
   *     options are strict and a judgment names an unknown document or query. Messages begin with
   *     the file and line
   */
  public BeirDataset open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw FileFault.unreadable(
          folder,
          (Files.exists(folder) ? "is a file" : "does not exist")
              + ", expected a folder with "
              + DocumentFile.NAME
              + " and "
              + QUERIES);
    }
    Set<String> documentIds = documentIds(folder);
    Map<String, String> queries = queries(folder);
    UnknownIds.Collector unknown = new UnknownIds.Collector();
    List<JudgedQuery> train =
        Files.exists(qrels(folder, "train"))
            ? split(folder, "train", documentIds, queries, unknown)
            : List.of();
    List<JudgedQuery> test = split(folder, "test", documentIds, queries, unknown);
    UnknownIds unknownIds = unknown.finish();
    if (options.strict() && !unknownIds.isEmpty()) {
      throw new InvalidInputException(
          ErrorCode.LABELS_UNKNOWN_DOCUMENT, folder + ": " + unknownIds);
    }
    return new BeirDataset(folder, documentIds.size(), train, test, unknownIds);
  }

  private static Set<String> documentIds(Path folder) {
    Set<String> ids = new HashSet<>();
    try (DocumentFile file = DocumentFile.open(folder)) {
      for (Document document = file.next(); document != null; document = file.next()) {
        if (!ids.add(document.id())) {
          throw file.fault("_id " + FileFault.quote(document.id()) + " appears a second time");
        }
      }
    }
    return ids;
  }

  private static Map<String, String> queries(Path folder) {
    Map<String, String> queries = new HashMap<>();
    try (JsonLines lines = JsonLines.open(folder.resolve(QUERIES), QUERIES)) {
      for (ObjectNode object = lines.next(); object != null; object = lines.next()) {
        String id = lines.requiredText(object, "_id");
        String text = lines.requiredText(object, "text");
        if (id.isBlank() || text.isBlank()) {
          throw lines.fault(
              "field '" + (id.isBlank() ? "_id" : "text") + "' is blank, expected some text");
        }
        if (queries.putIfAbsent(id, text) != null) {
          throw lines.fault("_id " + FileFault.quote(id) + " appears a second time");
        }
      }
    }
    return queries;
  }

  private List<JudgedQuery> split(
      Path folder,
      String split,
      Set<String> documentIds,
      Map<String, String> queries,
      UnknownIds.Collector unknown) {
    String displayName = options.qrelsFolder() + "/" + split + ".tsv";
    Map<String, List<RelevantDocument>> byQuery = new LinkedHashMap<>();
    for (QrelsFile.Judgment judgment : QrelsFile.read(qrels(folder, split), displayName)) {
      boolean unknownQuery = !queries.containsKey(judgment.queryId());
      boolean unknownDocument = !documentIds.contains(judgment.documentId());
      if (unknownQuery || unknownDocument) {
        unknown.add(judgment, unknownQuery, unknownDocument);
      } else {
        byQuery
            .computeIfAbsent(judgment.queryId(), id -> new ArrayList<>())
            .add(new RelevantDocument(judgment.documentId(), judgment.grade()));
      }
    }
    List<JudgedQuery> judged = new ArrayList<>();
    byQuery.forEach(
        (id, documents) ->
            judged.add(new JudgedQuery(id, queries.getOrDefault(id, ""), Relevance.of(documents))));
    return judged;
  }

  private Path qrels(Path folder, String split) {
    return folder.resolve(options.qrelsFolder()).resolve(split + ".tsv");
  }
}
