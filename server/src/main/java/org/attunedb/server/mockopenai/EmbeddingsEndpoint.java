package org.attunedb.server.mockopenai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/embeddings}: the built-in lexical embedder's vectors, folded to the length asked
 * for (component i is added to component i mod length) and scaled to unit length. Equal texts get
 * equal vectors, texts that share words similar ones. Thread-safe.
 */
final class EmbeddingsEndpoint {
  /** Limits of the real service. */
  private static final int MAX_INPUT_TOKENS = 8_192;

  private static final int MAX_REQUEST_TOKENS = 300_000;

  private static final String NO_DIMENSIONS = "text-embedding-ada-002";

  private final MockOpenAiSettings settings;
  private final LexicalEmbedder embedder = new LexicalEmbedder();

  EmbeddingsEndpoint(MockOpenAiSettings settings) {
    this.settings = settings;
  }

  Reply answer(ObjectNode request, Fault fault) {
    String model = request.path("model").asText();
    Integer own = settings.embeddingModels().get(model);
    if (own == null) {
      return Reply.modelNotFound(model);
    }
    List<String> texts = new ArrayList<>();
    String problem = texts(request.path("input"), texts);
    if (problem != null) {
      return Reply.invalid(problem);
    }
    int dimension = request.path("dimensions").asInt(own);
    if (dimension < 1 || dimension > own) {
      return Reply.invalid("dimensions is %s, expected 1 to %s".formatted(dimension, own));
    }
    if (request.has("dimensions") && model.equals(NO_DIMENSIONS)) {
      return Reply.invalid("This model does not support specifying dimensions.");
    }
    boolean base64 =
        request.path("encoding_format").asText("float").equals("base64") && fault != Fault.DECIMAL;
    ObjectNode body = body(model, texts, dimension, base64, fault);
    return Reply.json(fault == Fault.SPARSE ? Reply.sparse(body) : body);
  }

  /** Collects the texts; what is wrong with them, or null. */
  private @Nullable String texts(JsonNode input, List<String> texts) {
    if (input.isTextual()) {
      texts.add(input.asText());
    } else {
      for (JsonNode item : input) {
        if (!item.isTextual()) {
          return "input must be a text or an array of texts; this server reads no tokens";
        }
        texts.add(item.asText());
      }
    }
    if (texts.isEmpty() || texts.size() > settings.maxBatch()) {
      return "input has %s items, expected 1 to %s".formatted(texts.size(), settings.maxBatch());
    }
    int total = 0;
    for (int i = 0; i < texts.size(); i++) {
      int tokens = Tokens.of(texts.get(i));
      if (tokens == 0 || tokens > MAX_INPUT_TOKENS) {
        return "input[%s] has %s tokens, expected 1 to %s".formatted(i, tokens, MAX_INPUT_TOKENS);
      }
      total += tokens;
    }
    return total > MAX_REQUEST_TOKENS
        ? "input has %s tokens, expected at most %s".formatted(total, MAX_REQUEST_TOKENS)
        : null;
  }

  private ObjectNode body(
      String model, List<String> texts, int dimension, boolean base64, Fault fault) {
    ObjectNode body = StrictJson.object().put("object", "list").put("model", model);
    ArrayNode data = body.putArray("data");
    order(texts.size(), fault)
        .forEach(
            i -> {
              ObjectNode item = data.addObject().put("object", "embedding");
              item.put("index", fault == Fault.SAME_INDEX ? 0 : i);
              int length = fault == Fault.WRONG_DIMENSION ? dimension - 1 : dimension;
              float[] vector = vector(texts.get(i), length);
              if (fault == Fault.NOT_FINITE) {
                vector[0] = Float.NaN;
              }
              write(item, vector, base64);
            });
    int tokens = texts.stream().mapToInt(Tokens::of).sum();
    body.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return body;
  }

  private static List<Integer> order(int size, Fault fault) {
    List<Integer> order =
        new ArrayList<>(
            IntStream.range(0, fault == Fault.FEWER_ITEMS ? size - 1 : size).boxed().toList());
    if (fault == Fault.REORDERED) {
      Collections.reverse(order);
    }
    return order;
  }

  private static void write(ObjectNode item, float[] vector, boolean base64) {
    if (base64) {
      ByteBuffer bytes =
          ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      item.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
      return;
    }
    ArrayNode components = item.putArray("embedding");
    for (float component : vector) {
      components.add(component);
    }
  }

  private float[] vector(String text, int length) {
    float[] whole = embedder.embedDocuments(List.of(text)).getFirst().toArray();
    float[] folded = new float[length];
    double squares = 0;
    for (int i = 0; i < whole.length; i++) {
      folded[i % length] += whole[i];
    }
    for (float component : folded) {
      squares += (double) component * component;
    }
    if (squares == 0) {
      // A model's vector always has a direction, also that of a text without a word.
      folded[0] = 1;
      return folded;
    }
    for (int i = 0; i < length; i++) {
      folded[i] = (float) (folded[i] / Math.sqrt(squares));
    }
    return folded;
  }
}
