package org.attunedb.server.rag;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.attunedb.server.llm.Passage;

/**
 * What a judge sees at once. Equal contexts, as an adapter that changes nothing leads to, are
 * judged once.
 *
 * @param question with a known answer
 * @param passages that were retrieved for it
 */
record JudgedContext(RagQuestion question, List<Passage> passages) {
  /** Depends on every text that the judge sees, so that a changed document is judged anew. */
  String key() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, question.id());
      add(digest, question.text());
      add(digest, question.answer());
      for (Passage passage : passages) {
        add(digest, passage.id());
        add(digest, passage.text());
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }
}
