package org.attunedb.server.openai;

import com.openai.core.RequestOptions;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestBody;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIIoException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.Dns;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * HTTP for openai-java that keeps to {@link EndpointRules}: no redirects, and addresses are checked
 * when a connection is made, which openai-java's own client over okhttp does not offer. Without a
 * key no Authorization header is sent. Thread-safe.
 */
final class GuardedHttpClient implements HttpClient {
  private static final String AUTHORIZATION = "Authorization";

  private final OkHttpClient client;
  private final boolean authorized;

  GuardedHttpClient(OpenAiSettings settings) {
    this.authorized = settings.key() != null;
    this.client =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(true)
            .callTimeout(settings.timeout())
            .connectTimeout(settings.timeout())
            .readTimeout(settings.timeout())
            .writeTimeout(settings.timeout())
            .dns(guarded(settings.rules()))
            .build();
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

  @Override
  public HttpResponse execute(HttpRequest request, RequestOptions options) {
    try {
      return new Answer(client.newCall(translated(request)).execute());
    } catch (IOException e) {
      throw new OpenAIIoException("Request failed", e);
    } finally {
      HttpRequestBody body = request.body();
      if (body != null) {
        body.close();
      }
    }
  }

  @Override
  public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
    return CompletableFuture.supplyAsync(() -> execute(request, options));
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private Request translated(HttpRequest request) {
    Request.Builder builder = new Request.Builder().url(request.url());
    for (String name : request.headers().names()) {
      if (authorized || !name.equalsIgnoreCase(AUTHORIZATION)) {
        request.headers().values(name).forEach(value -> builder.addHeader(name, value));
      }
    }
    HttpRequestBody body = request.body();
    return builder.method(request.method().name(), body == null ? null : new Body(body)).build();
  }

  private static final class Body extends RequestBody {
    private final HttpRequestBody body;

    Body(HttpRequestBody body) {
      this.body = body;
    }

    @Override
    public @Nullable MediaType contentType() {
      String type = body.contentType();
      return type == null ? null : MediaType.parse(type);
    }

    @Override
    public long contentLength() {
      return body.contentLength();
    }

    @Override
    public boolean isOneShot() {
      return !body.repeatable();
    }

    @Override
    public void writeTo(BufferedSink sink) {
      body.writeTo(sink.outputStream());
    }
  }

  private record Answer(Response response) implements HttpResponse {
    @Override
    public int statusCode() {
      return response.code();
    }

    @Override
    public Headers headers() {
      Headers.Builder headers = Headers.builder();
      response.headers().forEach(pair -> headers.put(pair.getFirst(), pair.getSecond()));
      return headers.build();
    }

    @Override
    public InputStream body() {
      return response.body() == null ? InputStream.nullInputStream() : response.body().byteStream();
    }

    @Override
    public void close() {
      response.close();
    }
  }
}
