package org.attunedb.server.openai;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Makes the okhttp client that openai-java sends through. It keeps to {@link EndpointRules}: no
 * redirects, and addresses are checked when a connection is made, after names are resolved. Without
 * a key no Authorization header is sent. Stateless.
 */
final class GuardedHttp {
  private static final int KEPT_SECONDS = 60;

  private GuardedHttp() {}

  /** A client with connections of its own. */
  static OkHttpClient client(OpenAiSettings settings) {
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .dns(guarded(settings.rules()))
            // Fewer than are in use at a time would be closed and made anew with every batch.
            .connectionPool(
                new ConnectionPool(settings.concurrency(), KEPT_SECONDS, TimeUnit.SECONDS))
            .addInterceptor(GuardedHttp::whole)
            .addNetworkInterceptor(GuardedHttp::prompt);
    if (settings.key() == null) {
      client.addInterceptor(GuardedHttp::anonymous);
    }
    return client.build();
  }

  /** Frees a client's connections and threads. */
  static void close(OkHttpClient client) {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private static Dns guarded(EndpointRules rules) {
    return new Dns() {
      @Override
      public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> addresses = Dns.SYSTEM.lookup(host);
        addresses.forEach(address -> rules.require(host, address));
        return addresses;
      }
    };
  }

  private static Response anonymous(Interceptor.Chain chain) throws IOException {
    return chain.proceed(chain.request().newBuilder().removeHeader("Authorization").build());
  }

  /**
   * Takes answers from the network as they come, so that a request has ended when its place is
   * given to the next one and not only when the answer was parsed.
   */
  private static Response whole(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    ResponseBody body = response.body();
    if (body == null || isStream(body.contentType())) {
      return response;
    }
    try (body) {
      ResponseBody taken = ResponseBody.create(body.bytes(), body.contentType());
      return response.newBuilder().body(taken).build();
    }
  }

  private static boolean isStream(@Nullable MediaType type) {
    return type != null && type.subtype().equals("event-stream");
  }

  /**
   * A request of several pieces does not wait for the service's acknowledgement of the first
   * (Nagle's algorithm, RFC 896).
   */
  private static Response prompt(Interceptor.Chain chain) throws IOException {
    Connection connection = chain.connection();
    if (connection != null) {
      connection.socket().setTcpNoDelay(true);
    }
    return chain.proceed(chain.request());
  }
}
