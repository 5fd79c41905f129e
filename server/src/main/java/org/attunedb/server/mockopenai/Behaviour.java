package org.attunedb.server.mockopenai;

/** One rule by which chat requests are answered. Stateless. */
interface Behaviour {
  /** Whether it answers this request. */
  boolean takes(ChatRequest request);

  /** The answer's values, for a request with a schema. */
  Values values(ChatRequest request);

  /** The answer, for a request without. */
  String prose(ChatRequest request);
}
