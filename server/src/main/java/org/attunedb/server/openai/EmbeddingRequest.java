package org.attunedb.server.openai;

import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.openai.BatchLimits.Batch;
import org.jspecify.annotations.Nullable;

/**
 * One request for embeddings, and the checks of its answer. Vectors are asked for in base64, a
 * third of the bytes of decimal numbers and quicker to read; services that don't know it answer
 * with numbers, which are read all the same. Thread-safe.
 */
final class EmbeddingRequest {
  private final OpenAiConnection connection;
  private final EmbeddingModel model;

  EmbeddingRequest(OpenAiConnection connection, EmbeddingModel model) {
    this.connection = connection;
    this.model = model;
  }

  /** One vector a text, in order. */
  List<Embedding> send(Batch batch) {
    List<float[]> vectors =
        send(connection, model.name(), model.shortened() ? model.dimension() : 0, batch);
    List<Embedding> embeddings = new ArrayList<>(vectors.size());
    for (int i = 0; i < vectors.size(); i++) {
      embeddings.add(embedding(vectors.get(i), i));
    }
    return embeddings;
  }

  /**
   * The vectors as they come.
   *
   * @param dimensions to ask for; 0 for the model's own
   */
  static List<float[]> send(
      OpenAiConnection connection, String model, int dimensions, Batch batch) {
    EmbeddingCreateParams.Builder params =
        EmbeddingCreateParams.builder()
            .model(model)
            .inputOfArrayOfStrings(batch.texts())
            .encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64);
    if (dimensions > 0) {
      params.dimensions(dimensions);
    }
    EmbeddingCreateParams request = params.build();
    return connection.call(
        batch.tokens(),
        client -> answer(client, request),
        answer -> vectors(connection, answer.parse(), batch.texts().size()));
  }

  private static List<float[]> vectors(
      OpenAiConnection connection, CreateEmbeddingResponse response, int expected) {
    long tokens =
        response._usage().asKnown().flatMap(usage -> usage._promptTokens().asKnown()).orElse(0L);
    connection.meter().answered(tokens, 0);
    // Only what is used is looked at: compatible services leave out or add what they like.
    return inOrder(connection, response._data().asKnown().orElse(List.of()), expected);
  }

  /** Not parsed yet, so that the next request need not wait for that. */
  @SuppressWarnings("MustBeClosed") // It is in memory as a whole, and parsing closes it.
  private static HttpResponseFor<CreateEmbeddingResponse> answer(
      OpenAIClient client, EmbeddingCreateParams request) {
    return client.embeddings().withRawResponse().create(request);
  }

  /** By index, as the API does not promise an order. */
  private static List<float[]> inOrder(
      OpenAiConnection connection,
      List<com.openai.models.embeddings.Embedding> data,
      int expected) {
    if (data.size() != expected) {
      String reason = "the answer has %s vectors for %s texts".formatted(data.size(), expected);
      throw data.isEmpty() ? connection.foreign(reason) : connection.failed(reason);
    }
    float @Nullable [][] vectors = new float[expected][];
    for (com.openai.models.embeddings.Embedding item : data) {
      long index = item._index().asKnown().orElse(-1L);
      if (index < 0 || index >= expected || vectors[(int) index] != null) {
        throw connection.failed(
            "the answer has the index %s twice or out of place, expected each of 0 to %s"
                .formatted(index, expected - 1));
      }
      EmbeddingValue value =
          item._embeddingValue()
              .asKnown()
              .orElseThrow(() -> connection.failed("the answer has an item without a vector"));
      vectors[(int) index] = components(connection, value);
    }
    return Arrays.asList(vectors);
  }

  private static float[] components(OpenAiConnection connection, EmbeddingValue value) {
    if (value.isBase64()) {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(value.asBase64()));
        float[] components = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
        return components;
      } catch (IllegalArgumentException e) {
        throw connection.failed("the answer has a vector that is not base64");
      }
    }
    List<Float> floats = value.asFloats();
    float[] components = new float[floats.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = floats.get(i);
    }
    return components;
  }

  private Embedding embedding(float[] components, int place) {
    if (components.length != model.dimension()) {
      throw connection.failed(
          "embedding has %s dimensions, expected %s"
              .formatted(components.length, model.dimension()));
    }
    try {
      return Embedding.of(components);
    } catch (InvalidInputException e) {
      throw connection.failed(
          "the vector of text %s can't be used: %s".formatted(place, e.getMessage()));
    }
  }
}
