package org.attunedb.server.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.attunedb.index.Attune;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.llm.PriceTable;
import org.attunedb.server.openai.ChatClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Which language model a command asks, if any, and what it costs; mixed into commands together with
 * the options of {@link EmbedderOptions}. Close it to free what was opened. Not thread-safe.
 */
public final class ChatOptions implements AutoCloseable {
  private final Out out;

  @Mixin private final EmbedderOptions embedders;

  @Option(
      names = "--chat-model",
      paramLabel = "MODEL",
      defaultValue = "${env:ATTUNE_CHAT_MODEL:-gpt-4o-mini}",
      description =
          "Language model, by the service's name for it. Default: the environment variable"
              + " ATTUNE_CHAT_MODEL, else gpt-4o-mini.")
  private String model = "";

  @Option(
      names = "--chat-base-url",
      paramLabel = "URL",
      description =
          "Of the language model's service, if it is not the one of --base-url. Default: the"
              + " environment variable ATTUNE_CHAT_BASE_URL.")
  private @Nullable URI chatBaseUrl;

  @Option(
      names = "--chat-api-key-file",
      paramLabel = "FILE",
      description =
          "File with that service's key. Default: the environment variables ATTUNE_CHAT_API_KEY, the"
              + " key, or ATTUNE_CHAT_API_KEY_FILE, a file; else, at the same host only, the key of"
              + " --api-key-file.")
  private @Nullable Path chatKeyFile;

  @Option(
      names = "--without-llm",
      description =
          "Ask no language model. So it is, too, where neither a service nor a key is named.")
  private boolean without;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description =
          "JSON file with the prices of models, to tell the cost. Default: a table that comes with"
              + " Attune and may be out of date.")
  private @Nullable Path prices;

  /** Options of a command that tells people there what a service is waited for, and its cost. */
  public ChatOptions(Out out) {
    this.out = out;
    this.embedders = new EmbedderOptions(out);
  }

  /**
   * A client; empty, which stderr is told of, where no model is to be asked. The caller closes it.
   *
   * @param instead what is done without one, for example {@code answers are left out}
   */
  public Optional<ChatClient> client(String instead) {
    if (without) {
      return Optional.empty();
    }
    if (chatBaseUrl == null && chatKeyFile == null && !embedders.namesChatService()) {
      out.err()
          .println(
              "no language model: set OPENAI_API_KEY or give --base-url; without one, " + instead);
      return Optional.empty();
    }
    return Optional.of(embedders.chat(model, chatBaseUrl, chatKeyFile));
  }

  /** The prices. */
  public PriceTable prices() {
    return prices == null ? PriceTable.builtIn() : PriceTable.read(prices);
  }

  /** The model's name. */
  public String model() {
    return model;
  }

  /** As {@link EmbedderOptions#collection}. */
  public VectorCollection collection(Attune attune, String name) {
    return embedders.collection(attune, name);
  }

  /** Tells what embedding cost, if it did. */
  public void report() {
    embedders.report();
  }

  @Override
  public void close() {
    embedders.close();
  }
}
