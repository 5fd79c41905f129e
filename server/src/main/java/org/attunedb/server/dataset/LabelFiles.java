package org.attunedb.server.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;

/**
 * Reads labelled queries without their corpus: queries as JSON lines with {@code _id} and {@code
 * text}, and judgments as in {@link BeirReader}. Stateless.
 */
public final class LabelFiles {
  private LabelFiles() {}

  /**
   * The training split of a folder in BEIR's layout: {@code queries.jsonl} and {@code
   * qrels/train.tsv}.
   */
  public static List<JudgedQuery> training(Path folder) {
    return split(folder, "train");
  }

  /** One split of such a folder: {@code queries.jsonl} and {@code qrels/<name>.tsv}. */
  public static List<JudgedQuery> split(Path folder, String name) {
    return read(folder.resolve("queries.jsonl"), folder.resolve("qrels").resolve(name + ".tsv"));
  }

  /** Whether a folder holds labels only: its documents are those of a collection. */
  public static boolean hasNoCorpus(Path folder) {
    return Files.exists(folder.resolve("queries.jsonl"))
        && !Files.exists(folder.resolve(DocumentFile.NAME));
  }

  /**
   * Reads two files. Documents are not looked up; queries without a judgment are left out.
   *
   * @throws InvalidInputException {@code file_unreadable} or {@code file_malformed} with file and
   *     line; {@code labels_invalid} for a judgment of a query that is not there
   */
  public static List<JudgedQuery> read(Path queries, Path qrels) {
    Map<String, String> texts = texts(queries);
    Map<String, List<RelevantDocument>> byQuery = new LinkedHashMap<>();
    for (QrelsFile.Judgment judgment : QrelsFile.read(qrels, qrels.toString())) {
      if (!texts.containsKey(judgment.queryId())) {
        throw new InvalidInputException(
            ErrorCode.LABELS_INVALID,
            "%s: judges query %s, which %s does not have"
                .formatted(qrels, FileFault.quote(judgment.queryId()), queries));
      }
      byQuery
          .computeIfAbsent(judgment.queryId(), id -> new ArrayList<>())
          .add(new RelevantDocument(judgment.documentId(), judgment.grade()));
    }
    List<JudgedQuery> judged = new ArrayList<>();
    byQuery.forEach(
        (id, documents) ->
            judged.add(new JudgedQuery(id, texts.getOrDefault(id, ""), Relevance.of(documents))));
    return judged;
  }

  /**
   * The answers that a file of queries has in its {@code metadata.answer}, by the queries' ids.
   *
   * @throws InvalidInputException as {@link #read}
   */
  public static Map<String, String> answers(Path queries) {
    Map<String, String> answers = new HashMap<>();
    try (JsonLines lines = JsonLines.open(queries, queries.toString())) {
      for (ObjectNode object = lines.next(); object != null; object = lines.next()) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
          String answer = lines.optionalText(metadata, "answer");
          if (!answer.isBlank()) {
            answers.put(lines.requiredText(object, "_id"), answer);
          }
        }
      }
    }
    return answers;
  }

  private static Map<String, String> texts(Path file) {
    Map<String, String> texts = new HashMap<>();
    try (JsonLines lines = JsonLines.open(file, file.toString())) {
      for (ObjectNode object = lines.next(); object != null; object = lines.next()) {
        String id = lines.requiredText(object, "_id");
        String text = lines.requiredText(object, "text");
        if (id.isBlank() || text.isBlank()) {
          throw lines.fault(
              "field '" + (id.isBlank() ? "_id" : "text") + "' is blank, expected some text");
        }
        if (texts.putIfAbsent(id, text) != null) {
          throw lines.fault("_id " + FileFault.quote(id) + " appears a second time");
        }
      }
    }
    return texts;
  }
}
