package org.attunedb.server.mockopenai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.attunedb.core.codec.StrictJson;

/**
 * What goes back.
 *
 * @param status HTTP status
 * @param contentType of the body
 * @param headers more headers
 * @param pieces the body, in the pieces in which it is sent
 */
record Reply(int status, String contentType, Map<String, String> headers, List<byte[]> pieces) {
  static Reply json(ObjectNode body) {
    return json(200, body);
  }

  static Reply json(int status, ObjectNode body) {
    return new Reply(status, "application/json", Map.of(), List.of(bytes(body.toString())));
  }

  static Reply events(List<String> events) {
    return new Reply(
        200,
        "text/event-stream",
        Map.of(),
        events.stream().map(event -> bytes("data: " + event + "\n\n")).toList());
  }

  /** An error as the API writes it. */
  static Reply error(int status, String type, String code, String message) {
    ObjectNode body = StrictJson.object();
    body.putObject("error")
        .put("message", message)
        .put("type", type)
        .putNull("param")
        .put("code", code);
    return json(status, body);
  }

  static Reply invalid(String message) {
    return error(400, "invalid_request_error", "invalid_value", message);
  }

  static Reply modelNotFound(String model) {
    return error(
        404,
        "invalid_request_error",
        "model_not_found",
        "The model '" + model + "' does not exist or you do not have access to it.");
  }

  Reply withHeader(String name, String value) {
    return new Reply(status, contentType, Map.of(name, value), pieces);
  }

  Reply withBody(String text) {
    return new Reply(status, contentType, headers, List.of(bytes(text)));
  }

  /** As a server would answer that keeps to the necessary. */
  static ObjectNode sparse(ObjectNode body) {
    body.remove(List.of("id", "object", "created", "usage"));
    return body.put("service_tier", "house");
  }

  long length() {
    return pieces.stream().mapToLong(piece -> piece.length).sum();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
