package dev.varve.command.worker;

import dev.varve.command.port.TimeSource;
import dev.varve.command.port.Tracing;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs {@code http} nodes: one request per attempt, to addresses that the {@link EgressGuard}
 * permits. Redirects are not followed; there are no cookies, no proxies and no compression. The
 * output is {@code {status, headers, body}}.
 */
public final class HttpTask implements TaskHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpTask.class);

  /** How much of the body of a refused request is recorded, in characters. */
  private static final int ERROR_BODY_CHARS_MAX = 1_000;

  private final HttpSettings settings;
  private final TimeSource time;
  private final GuardedConnections connections;
  private final PoolingHttpClientConnectionManager pool;
  private final CloseableHttpClient client;
  private final ScheduledThreadPoolExecutor clock;
  private final @Nullable Tracing tracing;

  /** Makes the handler, without spans; names are looked up by the system's resolver. */
  public HttpTask(EgressGuard guard, HttpSettings settings, TimeSource time) {
    this(guard, settings, time, (Tracing) null);
  }

  /**
   * Makes the handler; names are looked up by the system's resolver.
   *
   * @param tracing told of every call; null for nobody
   */
  public HttpTask(
      EgressGuard guard, HttpSettings settings, TimeSource time, @Nullable Tracing tracing) {
    this(guard, settings, time, InetAddress::getAllByName, tracing);
  }

  HttpTask(
      EgressGuard guard, HttpSettings settings, TimeSource time, GuardedConnections.Names names) {
    this(guard, settings, time, names, null);
  }

  private HttpTask(
      EgressGuard guard,
      HttpSettings settings,
      TimeSource time,
      GuardedConnections.Names names,
      @Nullable Tracing tracing) {
    this.tracing = tracing;
    this.settings = settings;
    this.time = time;
    this.connections = new GuardedConnections(guard, names, settings.connectTimeout());
    this.pool = connections.manager(settings);
    this.client =
        HttpClientBuilder.create()
            .setConnectionManager(pool)
            .setRequestExecutor(new ReusedConnections())
            .setUserAgent("varve")
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .disableConnectionState()
            .build();
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("varve-http-clock").factory());
    this.clock.setRemoveOnCancelPolicy(true);
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public JsonNode handle(TaskContext task) throws TaskFailure, InterruptedException {
    if (tracing == null) {
      return call(task, HttpCall.of(task.input(), task.idempotencyKey(), task.traceparent()));
    }
    String method = HttpCall.method(task.input());
    try (Tracing.Span span = tracing.begin(Tracing.Kind.CALL, method, task.traceparent())) {
      HttpCall call = HttpCall.of(task.input(), task.idempotencyKey(), span.traceparent());
      span.note("http.request.method", method);
      // Neither path nor query: either may hold what is nobody's business.
      span.note("server.address", call.uri().getHost());
      try {
        JsonNode output = call(task, call);
        span.note("http.response.status_code", output.path("status").asInt());
        return output;
      } catch (TaskFailure failure) {
        span.failed(failure.error().code());
        throw failure;
      }
    }
  }

  private JsonNode call(TaskContext task, HttpCall call) throws TaskFailure, InterruptedException {
    Duration limit = timeLeft(task.deadline());
    HttpUriRequestBase request = request(call, limit);
    var expired = new AtomicBoolean();
    Future<?> alarm =
        clock.schedule(
            () -> {
              expired.set(true);
              request.cancel();
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      return exchange(call, request);
    } catch (IOException | RuntimeException failed) {
      throw classified(failed, expired.get(), limit);
    } finally {
      alarm.cancel(false);
    }
  }

  /** Closes idle connections at once; requests that run fail. */
  @Override
  public void close() {
    clock.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
    connections.close();
  }

  private Duration timeLeft(@Nullable Instant deadline) {
    if (deadline == null) {
      return settings.totalTimeout();
    }
    // The dispatcher ends the attempt at its deadline; this only bounds what it could not reach.
    return Duration.between(time.now(), deadline).plusSeconds(1);
  }

  private HttpUriRequestBase request(HttpCall call, Duration limit) {
    var request = new HttpUriRequestBase(call.method(), call.uri());
    Timeout timeout = Timeout.ofMilliseconds(Math.max(1, limit.toMillis()));
    request.setConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(timeout)
            .setResponseTimeout(timeout)
            .setRedirectsEnabled(false)
            .setAuthenticationEnabled(false)
            .setContentCompressionEnabled(false)
            .setProtocolUpgradeEnabled(false)
            .build());
    for (Map.Entry<String, String> header : call.headers()) {
      request.addHeader(header.getKey(), header.getValue());
    }
    request.setEntity(call.body());
    return request;
  }

  private JsonNode exchange(HttpCall call, HttpUriRequestBase request)
      throws IOException, TaskFailure {
    var host = new HttpHost(call.uri().getScheme(), call.uri().getHost(), call.uri().getPort());
    try (ClassicHttpResponse response = send(host, request)) {
      int status = response.getCode();
      if (call.success().contain(status)) {
        return output(response, status, request);
      }
      throw refused(response, status, request);
    }
  }

  /**
   * Sends the request; once more, on a connection of its own, when it met one that its server was
   * just closing. That is safe, since every request carries its idempotency key.
   */
  private ClassicHttpResponse send(HttpHost host, HttpUriRequestBase request) throws IOException {
    try {
      return client.executeOpen(host, request, HttpClientContext.create());
    } catch (ReusedConnections.Closed closed) {
      if (request.isCancelled() || Thread.currentThread().isInterrupted()) {
        throw closed.how();
      }
      LOG.debug("A kept connection was closed by {}; the request is sent again", host, closed);
      // What was kept beside it is probably closed as well.
      pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
      try {
        return client.executeOpen(host, request, HttpClientContext.create());
      } catch (ReusedConnections.Closed again) {
        throw again.how();
      }
    }
  }

  private JsonNode output(ClassicHttpResponse response, int status, HttpUriRequestBase request)
      throws IOException, TaskFailure {
    String type = header(response, "Content-Type");
    byte[] body = body(response, settings.responseBytesMax() + 1);
    if (body.length > settings.responseBytesMax()) {
      // Closing would read the rest first.
      request.cancel();
      throw new TaskFailure(
          "http.response-too-large",
          "Expected a response of at most " + settings.responseBytesMax() + " bytes",
          false);
    }
    ObjectNode headers = JsonNodeFactory.instance.objectNode();
    for (Header each : response.getHeaders()) {
      String name = each.getName().toLowerCase(Locale.ROOT);
      String value = Messages.plain(each.getValue(), Integer.MAX_VALUE);
      headers.put(name, headers.has(name) ? headers.get(name).stringValue() + ", " + value : value);
    }
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    output.put("status", status);
    output.set("headers", headers);
    output.set("body", HttpBodies.read(body, type));
    return output;
  }

  private TaskFailure refused(
      ClassicHttpResponse response, int status, HttpUriRequestBase request) {
    ObjectNode details = JsonNodeFactory.instance.objectNode().put("status", status);
    try {
      byte[] body = body(response, ERROR_BODY_CHARS_MAX);
      details.put("body", Messages.plain(HttpBodies.text(body, header(response, "Content-Type"))));
      if (body.length == ERROR_BODY_CHARS_MAX) {
        request.cancel();
      }
    } catch (IOException _) {
      // The status says enough; what the other side wanted to add is lost.
      request.cancel();
    }
    Duration wait =
        RetryAfter.parse(header(response, "Retry-After"), time.now(), settings.retryAfterMax());
    boolean retryable = StatusCodes.retryable(status);
    return new TaskFailure(
        "http.status-" + status,
        "Expected a status of success, but got " + status,
        retryable,
        details,
        retryable ? wait : null);
  }

  private static byte[] body(ClassicHttpResponse response, int max) throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    InputStream content = entity.getContent();
    return content == null ? new byte[0] : content.readNBytes(max);
  }

  private static @Nullable String header(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  private static TaskFailure classified(Exception failed, boolean expired, Duration limit)
      throws InterruptedException {
    if (failed instanceof EgressGuard.Blocked blocked) {
      return new TaskFailure("http.blocked", Messages.plain(blocked.getMessage()), false);
    }
    if (expired) {
      return new TaskFailure("http.timeout", "Expected an answer within " + limit, true);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException();
    }
    return switch (failed) {
      case SocketTimeoutException _ ->
          new TaskFailure("http.timeout", Messages.plain(failed.getMessage()), true);
      case InterruptedIOException _ ->
          new TaskFailure("http.timeout", Messages.plain(failed.getMessage()), true);
      case SSLException _ -> new TaskFailure("http.tls", Messages.plain(failed.getMessage()), true);
      case IOException io -> connect(io);
      default -> throw (RuntimeException) failed;
    };
  }

  private static TaskFailure connect(IOException failed) {
    boolean broken = failed.getCause() instanceof HttpException;
    String message = failed.getClass().getSimpleName() + ": " + failed.getMessage();
    return new TaskFailure(
        broken ? "http.response-invalid" : "http.connect", Messages.plain(message), true);
  }
}
