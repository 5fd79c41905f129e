package org.attunedb.server.questions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/**
 * Writes questions in BEIR's layout: {@code queries.jsonl}, {@code qrels/train.tsv} and {@code
 * qrels/test.tsv}. Each file appears whole, in place of an earlier one. Stateless.
 */
final class QuestionFiles {
  private static final String HEADER = "query-id\tcorpus-id\tscore\n";

  private QuestionFiles() {}

  static void write(Path folder, QuestionSet set) {
    try {
      Files.createDirectories(folder.resolve("qrels"));
      // Judgments of queries that are not there are refused by readers, so the queries come first.
      replace(
          folder.resolve("queries.jsonl"),
          set.queries().stream().map(q -> line(q) + "\n").collect(Collectors.joining()));
      replace(folder.resolve("qrels").resolve("train.tsv"), judgments(set.split(false)));
      replace(folder.resolve("qrels").resolve("test.tsv"), judgments(set.split(true)));
    } catch (IOException e) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNWRITABLE,
          folder + ": can't be written (" + FileFault.reason(e) + ")",
          e);
    }
  }

  private static ObjectNode line(GeneratedQuery query) {
    ObjectNode line = StrictJson.object().put("_id", query.id()).put("text", query.text());
    ObjectNode metadata = line.putObject("metadata");
    metadata.put("origin", query.origin().wireName());
    metadata.put("document", query.documentId());
    if (!query.style().isEmpty()) {
      metadata.put("style", query.style());
    }
    if (!query.answer().isEmpty()) {
      metadata.put("answer", query.answer());
    }
    return line;
  }

  private static String judgments(List<GeneratedQuery> queries) {
    return HEADER
        + queries.stream()
            .map(query -> query.id() + "\t" + query.documentId() + "\t1\n")
            .collect(Collectors.joining());
  }

  private static void replace(Path file, String content) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    Files.writeString(temporary, content);
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
