package org.attunedb.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.Document;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;

/** A data set in the layout of BEIR: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv. */
record Beir(List<Document> corpus, List<String> queries, List<List<RelevantDocument>> relevance) {
  static Beir read(Path folder, String split) throws IOException {
    List<Document> corpus = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("corpus.jsonl"))) {
      var json = StrictJson.readObject(line, "corpus");
      String text = (json.path("title").asText() + "\n" + json.path("text").asText()).strip();
      corpus.add(Document.of(json.path("_id").asText(), text));
    }
    Map<String, List<RelevantDocument>> judged = new LinkedHashMap<>();
    List<String> rows = Files.readAllLines(folder.resolve("qrels").resolve(split + ".tsv"));
    for (String row : rows.subList(1, rows.size())) {
      List<String> columns = List.of(row.split("\t", -1));
      judged
          .computeIfAbsent(columns.get(0), query -> new ArrayList<>())
          .add(new RelevantDocument(columns.get(1), Double.parseDouble(columns.get(2))));
    }
    List<String> queries = new ArrayList<>();
    List<List<RelevantDocument>> relevance = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("queries.jsonl"))) {
      var json = StrictJson.readObject(line, "queries");
      List<RelevantDocument> documents = judged.get(json.path("_id").asText());
      if (documents != null) {
        queries.add(json.path("text").asText());
        relevance.add(documents);
      }
    }
    return new Beir(corpus, queries, relevance);
  }
}
