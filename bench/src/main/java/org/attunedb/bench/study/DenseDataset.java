package org.attunedb.bench.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.Query;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.CollectionReads;
import org.attunedb.index.LabelledQueries;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.JudgedQuery;

/**
 * The vectors of a dataset.
 *
 * @param corpus documents that have a vector
 * @param train vectors of the training queries
 * @param test vectors of the test queries
 */
record DenseDataset(DenseCorpus corpus, List<float[]> train, List<float[]> test) {
  private static final int PAGE = 100;

  /** Embeds a dataset as Attune does. */
  static DenseDataset of(BeirDataset dataset, TestQueries test, Out out)
      throws IOException, InterruptedException {
    List<JudgedQuery> queries = new ArrayList<>(dataset.train());
    queries.addAll(test.queries());
    CapturingTrainer capture = new CapturingTrainer();
    try (StudyStore store = StudyStore.load(dataset, capture, out)) {
      store.train(marked(queries, anyWithVector(store.collection())), TrainingConfig.withSeed(0));
    }
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      vectors.add(capture.query(i));
    }
    int split = dataset.train().size();
    return new DenseDataset(
        capture.corpus(),
        List.copyOf(vectors.subList(0, split)),
        List.copyOf(vectors.subList(split, vectors.size())));
  }

  private static String anyWithVector(CollectionReads collection) {
    String after = null;
    while (true) {
      List<Document> page = collection.scan(after, PAGE, null);
      if (page.isEmpty()) {
        throw new InvalidInputException(
            ErrorCode.DOCUMENT_EMPTY,
            "no document of the corpus has a word, so there is no vector");
      }
      for (Document document : page) {
        Embedding vector = document.embedding();
        if (vector != null && !vector.isZero()) {
          return document.id();
        }
      }
      after = page.getLast().id();
    }
  }

  private static LabelledQueries marked(List<JudgedQuery> queries, String document) {
    List<Query> texts = new ArrayList<>();
    List<Relevance> marks = new ArrayList<>();
    for (JudgedQuery query : queries) {
      texts.add(new Query.ByText(query.text()));
      marks.add(Relevance.of(List.of(new RelevantDocument(document, texts.size()))));
    }
    return new LabelledQueries(texts, marks);
  }

  /**
   * Labels for the recipes of others. Left out, as in Attune's training, is a query without a
   * direction or without a relevant document that has a vector.
   *
   * @param queries the training queries of the dataset
   * @param chosen which of them, by index
   */
  VectorLabels labels(List<JudgedQuery> queries, List<Integer> chosen) {
    Map<String, Integer> rows = new HashMap<>();
    for (int row = 0; row < corpus.size(); row++) {
      rows.put(corpus.id(row), row);
    }
    List<float[]> vectors = new ArrayList<>();
    List<int[]> relevant = new ArrayList<>();
    for (int index : chosen) {
      Relevance relevance = queries.get(index).relevance();
      int[] own =
          relevance.grades().keySet().stream()
              .filter(id -> relevance.isRelevant(id) && rows.containsKey(id))
              .mapToInt(id -> rows.getOrDefault(id, -1))
              .toArray();
      if (own.length > 0 && !Vectors.isZero(train.get(index))) {
        vectors.add(train.get(index));
        relevant.add(own);
      }
    }
    return new VectorLabels(vectors, relevant);
  }
}
