package dev.varve.command.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Connections that can only be made to addresses the guard permits. A name is resolved once, every
 * address it leads to is judged, and the judged address is the one connected to; the socket itself
 * judges again at the last moment.
 */
final class GuardedConnections implements AutoCloseable {
  /** Longest line of a response's head, in bytes. */
  private static final int HEADER_LINE_BYTES_MAX = 16 * 1024;

  /** Most headers of a response. */
  private static final int HEADERS_MAX = 200;

  /** Threads that wait for the system's resolver, which cannot be interrupted. */
  private static final int RESOLVER_THREADS = 16;

  private static final TimeValue IDLE_MAX = TimeValue.ofSeconds(10);
  private static final TimeValue VALIDATE_AFTER = TimeValue.ofMilliseconds(100);
  private static final TimeValue LIFE_MAX = TimeValue.ofMinutes(5);

  private final EgressGuard guard;
  private final Names names;
  private final Duration resolveTimeout;
  private final ExecutorService resolvers;

  /** Looks up the addresses of a name. */
  @FunctionalInterface
  interface Names {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  GuardedConnections(EgressGuard guard, Names names, Duration resolveTimeout) {
    this.guard = guard;
    this.names = names;
    this.resolveTimeout = resolveTimeout;
    var pool =
        new ThreadPoolExecutor(
            RESOLVER_THREADS,
            RESOLVER_THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(10_000),
            Thread.ofPlatform().daemon().name("varve-resolve-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    this.resolvers = pool;
  }

  PoolingHttpClientConnectionManager manager(HttpSettings settings) {
    var tls =
        RegistryBuilder.<TlsSocketStrategy>create()
            .register(URIScheme.HTTPS.id, DefaultClientTlsStrategy.createDefault())
            .build();
    var operator =
        new DefaultHttpClientConnectionOperator(
            this::socket, DefaultSchemePortResolver.INSTANCE, new Resolver(), tls);
    var heads =
        Http1Config.custom()
            .setMaxHeaderCount(HEADERS_MAX)
            .setMaxLineLength(HEADER_LINE_BYTES_MAX)
            .build();
    var manager =
        new PoolingHttpClientConnectionManager(
            operator,
            PoolConcurrencyPolicy.STRICT,
            PoolReusePolicy.LIFO,
            LIFE_MAX,
            ManagedHttpClientConnectionFactory.builder().http1Config(heads).build());
    manager.setMaxTotal(settings.connectionsMax());
    manager.setDefaultMaxPerRoute(settings.connectionsMax());
    Timeout connect = Timeout.of(settings.connectTimeout());
    manager.setDefaultConnectionConfig(
        ConnectionConfig.custom()
            .setConnectTimeout(connect)
            .setIdleTimeout(Timeout.of(IDLE_MAX.toDuration()))
            .setValidateAfterInactivity(VALIDATE_AFTER)
            .setTimeToLive(LIFE_MAX)
            .build());
    manager.setDefaultSocketConfig(
        SocketConfig.custom().setSoTimeout(connect).setTcpNoDelay(true).build());
    return manager;
  }

  @Override
  public void close() {
    resolvers.shutdownNow();
  }

  private Socket socket(@Nullable Proxy proxy) throws IOException {
    if (proxy != null && proxy.type() != Proxy.Type.DIRECT) {
      throw new IOException("Expected a direct connection");
    }
    return new GuardedSocket();
  }

  private InetAddress[] lookup(String given) throws UnknownHostException {
    String host = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
    try {
      return new InetAddress[] {InetAddress.ofLiteral(host)};
    } catch (IllegalArgumentException _) {
      // A name; the system's resolver blocks its thread, so it gets one of its own.
    }
    Future<InetAddress[]> found;
    try {
      found = resolvers.submit(() -> names.resolve(host));
    } catch (RejectedExecutionException _) {
      throw new UnknownHostException("Too many names are being resolved");
    }
    try {
      return found.get(resolveTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw unknown(host, failed.getCause());
    } catch (TimeoutException slow) {
      found.cancel(true);
      throw unknown(host, slow);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw unknown(host, interrupted);
    }
  }

  private static UnknownHostException unknown(String host, @Nullable Throwable cause) {
    var unknown = new UnknownHostException("No address was found for " + host);
    unknown.initCause(cause);
    return unknown;
  }

  /** A socket that judges where it is about to connect to. */
  private final class GuardedSocket extends Socket {
    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      if (!(endpoint instanceof InetSocketAddress inet) || inet.isUnresolved()) {
        throw new IOException("Expected a resolved address");
      }
      if (!guard.permits(inet.getHostString(), inet.getAddress(), inet.getPort())) {
        throw new EgressGuard.Blocked(inet.getHostString(), inet.getPort());
      }
      super.connect(endpoint, timeout);
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
      connect(endpoint, 0);
    }
  }

  /** Judges every address of a name and pins them to the name. */
  private final class Resolver implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] found = lookup(host);
      var pinned = new InetAddress[found.length];
      for (int i = 0; i < found.length; i++) {
        // Carries the name along, so that the socket can judge by name without a reverse lookup.
        pinned[i] = InetAddress.getByAddress(host, found[i].getAddress());
      }
      return pinned;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
      InetAddress[] found = resolve(host);
      List<InetAddress> denied =
          Arrays.stream(found).filter(each -> !guard.permits(host, each, port)).toList();
      // A name that leads to even one denied address is refused as a whole: the socket then gets
      // nothing but what it must refuse.
      return (denied.isEmpty() ? Arrays.asList(found) : denied)
          .stream().map(each -> new InetSocketAddress(each, port)).toList();
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
