package org.attunedb.bench.write;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;

/** Documents of random directions with a line of text and two metadata values. Thread-safe. */
record WriteDocuments(int dimension) {
  List<Document> batch(int first, int count) {
    List<Document> documents = new ArrayList<>(count);
    for (int i = first; i < first + count; i++) {
      documents.add(document(i));
    }
    return documents;
  }

  Document document(int number) {
    SplittableRandom random = new SplittableRandom(number);
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return new Document(
        "document-" + number,
        "Line %s of the shelf, item %s of the row".formatted(number % 97, number),
        Metadata.builder().put("shelf", "s" + number % 97).put("number", number).build(),
        Embedding.of(vector).normalized());
  }
}
