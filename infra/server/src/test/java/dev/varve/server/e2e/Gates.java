package dev.varve.server.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server on loopback whose answers a test holds back: a call of {@code /<gate>} is answered
 * once that gate is open, at once when it is open already. So a step lasts exactly as long as the
 * test wants, on any machine.
 */
final class Gates implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, CompletableFuture<Integer>> gates = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

  Gates() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 64);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Returns host and port. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers those that wait at the gate, and all that come, with {@code status}. */
  void open(String gate, int status) {
    if (!gate(gate).complete(status)) {
      gates.put(gate, CompletableFuture.completedFuture(status));
    }
  }

  /** Returns how many calls have come to the gate, answered or not. */
  int calls(String gate) {
    return calls.computeIfAbsent(gate, _ -> new AtomicInteger()).get();
  }

  private CompletableFuture<Integer> gate(String gate) {
    return gates.computeIfAbsent(gate, _ -> new CompletableFuture<>());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String gate = exchange.getRequestURI().getPath().substring(1);
      exchange.getRequestBody().readAllBytes();
      calls.computeIfAbsent(gate, _ -> new AtomicInteger()).incrementAndGet();
      int status = gate(gate).join();
      exchange.sendResponseHeaders(status, -1);
    }
  }

  @Override
  public void close() {
    gates.values().forEach(gate -> gate.complete(503));
    server.stop(0);
    threads.shutdown();
  }
}
