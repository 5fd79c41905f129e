package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.attunedb.core.Document;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchTuning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What searches for a recall find of the true neighbours of real questions, before and after the
 * collection knows other questions of the kind: claims of SciFact among pieces of its abstracts.
 */
@Timeout(600)
class LearnedEffortQuestionsTest extends StoreTest {
  private static final String VARIABLE = "ATTUNE_DATA";
  private static final int PIECE = 400;
  private static final int STEP = 200;
  private static final int K = 10;

  private static Path data() {
    String data = System.getenv(VARIABLE);
    if (data == null) {
      System.out.println(
          "LearnedEffortQuestionsTest skipped: " + VARIABLE + " is not set to a data folder");
    }
    assumeTrue(data != null, VARIABLE + " is not set to a data folder");
    return Path.of(String.valueOf(data), "beir", "scifact");
  }

  private static List<Document> pieces(Document document) {
    String text = Objects.requireNonNull(document.text());
    List<Document> pieces = new ArrayList<>();
    for (int from = 0; from == 0 || from + PIECE - STEP < text.length(); from += STEP) {
      String piece = text.substring(from, Math.min(text.length(), from + PIECE));
      pieces.add(Document.of(document.id() + "-" + pieces.size(), piece));
    }
    return pieces;
  }

  private static SearchRequest.Builder request(String question) {
    return SearchRequest.text(question).k(K).withDocuments(false);
  }

  private static double recall(
      VectorCollection pieces, List<String> questions, SearchTuning tuning) {
    int found = 0;
    for (String question : questions) {
      List<String> truth =
          pieces.search(request(question).tuning(SearchTuning.exactScan()).build()).ids();
      List<String> ids = pieces.search(request(question).tuning(tuning).build()).ids();
      found += (int) ids.stream().filter(truth::contains).count();
    }
    return (double) found / (K * questions.size());
  }

  private static int ef(VectorCollection pieces, String question) {
    return pieces.search(request(question).build()).stats().segments().getFirst().ef();
  }

  @Test
  void search_recallForQuestions_findsItOnceOthersWereAsked()
      throws IOException, InterruptedException {
    List<String> asked = Beir.read(data(), "train").queries();
    Beir test = Beir.read(data(), "test");
    VectorCollection pieces = attune.createCollection("pieces", CollectionSpec.lexical());
    try (BulkLoad load = pieces.bulkLoad(progress -> {})) {
      for (Document document : test.corpus()) {
        load.add(pieces(document));
      }
      load.finish();
    }
    SearchTuning most = SearchTuning.recall(0.9);
    double before = recall(pieces, test.queries(), most);
    int ef = ef(pieces, asked.getFirst());

    asked.forEach(question -> pieces.search(request(question).build()));
    while (ef(pieces, asked.getFirst()) == ef) {
      Thread.sleep(100);
    }

    double after = recall(pieces, test.queries(), most);
    System.out.printf(
        "scifact: recall(0.9) found %.3f of %d claims' neighbours, %.3f after %d others%n",
        before, test.queries().size(), after, asked.size());
    assertThat(before).isLessThan(after);
    assertThat(after).isGreaterThan(0.88);
  }
}
