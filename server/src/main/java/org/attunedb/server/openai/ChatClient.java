package org.attunedb.server.openai;

import java.util.function.Consumer;

/**
 * Asks a chat model. Implementations are thread-safe; close them to free their connections.
 *
 * <p>Every method throws {@link org.attunedb.core.error.ModelException} {@code chat_failed} if the
 * model does not answer, refuses, is cut short by its limit of tokens or answers in another form
 * than asked, and if the thread is interrupted (which stays so); the message never holds the key.
 */
public interface ChatClient extends AutoCloseable {
  /** The model's name. */
  String model();

  /** Whose model it is: the address of the service, without anything secret. */
  String service();

  /**
   * Asks for an answer in the form of a record (structured outputs): its schema is made from the
   * record's components, which may be strings, numbers, booleans, enumerations, records, lists and
   * {@link java.util.Optional}s of these. The schema's name ends in the record's simple name.
   *
   * @param type public, as are the records within it
   * @return with every component there, none of them null
   */
  <T extends Record> ChatReply<T> structured(ChatPrompt prompt, Class<T> type);

  /** Asks for a text. */
  ChatReply<String> text(ChatPrompt prompt);

  /**
   * Asks for a text and hands it over in pieces, as they come; a failure after the first piece is
   * not repeated.
   *
   * @param pieces called from this thread
   * @return the whole text
   */
  ChatReply<String> stream(ChatPrompt prompt, Consumer<String> pieces);

  /** What was used so far. */
  Usage usage();

  @Override
  void close();
}
