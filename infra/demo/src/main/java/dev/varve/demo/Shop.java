package dev.varve.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The shop that sample workflows call, on the loopback address: {@code POST /stock}, {@code
 * /shipments}, {@code /payments}, idempotent by {@code Idempotency-Key}; {@code GET /journal} tells
 * what really happened; {@code POST /faults} makes it fail on demand.
 *
 * <p>A call is answered only after its journal line is on disk: what was answered is in the journal
 * even after kill -9.
 */
public final class Shop implements AutoCloseable {

  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final int PAGE_MAX = 10_000;
  private static final JsonMapper JSON = JsonMapper.shared();

  static {
    // Without it the JDK's server delays each small answer on a kept connection by 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Journal journal;
  private final Faults faults = new Faults();
  private final Till till;

  private Shop(HttpServer server, Journal journal) {
    this.server = server;
    this.journal = journal;
    this.till = new Till(journal, faults);
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /**
   * Opens the shop.
   *
   * @param port TCP port on 127.0.0.1, 0 for any free one
   * @param journal the file that keeps every call, made when absent
   * @return the open shop
   * @throws IOException when the port is taken or the journal cannot be used
   */
  public static Shop open(int port, Path journal) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    Journal opened = Journal.open(journal);
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 1024);
      Shop shop = new Shop(server, opened);
      server.start();
      return shop;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Where it listens.
   *
   * @return a TCP port on 127.0.0.1
   */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
      Answer answer;
      try {
        answer =
            body.length > BODY_BYTES_MAX
                ? Answer.problem(413, "shop.too-large", "Expected at most 1 MiB")
                : route(exchange, body);
      } catch (IllegalArgumentException e) {
        answer = Answer.problem(400, "shop.invalid", String.valueOf(e.getMessage()));
      } catch (IOException e) {
        answer = Answer.problem(500, "shop.journal-failed", String.valueOf(e.getMessage()));
      }
      send(exchange, answer);
    }
  }

  private Answer route(HttpExchange exchange, byte[] body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    return switch (path) {
      case "/health" -> Answer.of(200, JSON.createObjectNode().put("status", "UP"));
      case "/journal" -> page(Query.parse(exchange.getRequestURI().getRawQuery()));
      case "/journal/stats" -> Answer.of(200, journal.index().stats());
      case "/faults" -> fault(method, body);
      default -> till.take(order(exchange, path, body));
    };
  }

  private Answer page(Map<String, String> query) throws IOException {
    int limit = Math.clamp(Long.parseLong(query.getOrDefault("limit", "1000")), 1, PAGE_MAX);
    long after = Math.max(0, Long.parseLong(query.getOrDefault("after", "0")));
    return Answer.of(200, journal.page(query.get("key"), after, limit));
  }

  private Answer fault(String method, byte[] body) {
    return switch (method) {
      case "POST" -> {
        JsonNode wanted = json(body);
        if (!wanted.isObject()) {
          throw new IllegalArgumentException(
              "Expected {path, count, status, delayMs, retryAfter, drop, effect}");
        }
        yield Answer.of(201, faults.order(wanted));
      }
      case "GET" -> {
        ObjectNode list = JSON.createObjectNode();
        list.set("items", faults.list());
        yield Answer.of(200, list);
      }
      case "DELETE" -> {
        faults.clear();
        yield Answer.of(200, JSON.createObjectNode());
      }
      default -> Answer.problem(405, "shop.method", "Expected GET, POST or DELETE");
    };
  }

  private static Till.Order order(HttpExchange exchange, String path, byte[] body) {
    String query = exchange.getRequestURI().getRawQuery();
    Map<String, String> asked = new LinkedHashMap<>(Query.parse(query));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (name.regionMatches(true, 0, "X-Fault-", 0, 8) && !values.isEmpty()) {
            asked.put(parameter(name.substring(8)), values.getLast());
          }
        });
    return new Till.Order(
        exchange.getRequestMethod(),
        path,
        query,
        exchange.getRequestHeaders().getFirst("Idempotency-Key"),
        json(body),
        asked);
  }

  /** {@code Delay-Ms} of a header is {@code delayMs} of a query. */
  private static String parameter(String header) {
    StringBuilder name = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '-') {
        upper = true;
      } else {
        name.append(upper ? Character.toUpperCase(c) : Character.toLowerCase(c));
        upper = false;
      }
    }
    return name.toString();
  }

  private static JsonNode json(byte[] body) {
    if (body.length == 0) {
      return JSON.nullNode();
    }
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      return JSON.getNodeFactory().stringNode(new String(body, StandardCharsets.UTF_8));
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    if (answer.drop()) {
      return; // closing the exchange unanswered cuts the connection
    }
    byte[] bytes = JSON.writeValueAsBytes(answer.body());
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/json");
    answer.headers().forEach(headers::set);
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Closes the shop; the journal is complete. */
  @Override
  public void close() throws IOException {
    server.stop(0);
    threads.shutdown();
    journal.close();
  }
}
