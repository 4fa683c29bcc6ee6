package dev.varve.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An HTTP server that misbehaves as its path says. Paths that end in {@code -once} are well from
 * the second call on.
 */
public final class MiseryServer implements AutoCloseable {
  private static final int REQUEST_BYTES = 16_384;
  private static final String JSON = "Content-Type: application/json\r\n";

  private final ServerSocket door;
  private final AtomicInteger calls = new AtomicInteger();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private MiseryServer(ServerSocket door) {
    this.door = door;
  }

  /** Opens a server on a free loopback port. */
  public static MiseryServer open() throws IOException {
    var server = new MiseryServer(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().name("misery").start(server::accept);
    return server;
  }

  /** Returns its port. */
  public int port() {
    return door.getLocalPort();
  }

  /** Returns how often it was called. */
  public int calls() {
    return calls.get();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = door.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // closed, or the client is gone
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream()) {
      byte[] request = new byte[REQUEST_BYTES];
      int read = in.read(request);
      if (read > 0) {
        calls.incrementAndGet();
        String path =
            new String(request, 0, read, StandardCharsets.ISO_8859_1).split(" ", 3)[1].substring(1);
        boolean well = path.endsWith("-once") && !seen.add(path);
        misbehave(well ? "ok" : path.replace("-once", ""), client, out);
      }
    } catch (IOException e) {
      // the client had enough
    } finally {
      open.remove(client);
    }
  }

  private void misbehave(String how, Socket client, OutputStream out) throws IOException {
    switch (how) {
      case "ok" -> answer(out, "200 OK", JSON, "{\"ok\":true}");
      case "no-content" -> send(out, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
      case "five-hundred" -> answer(out, "500 Broken", JSON, "{}");
      case "not-found" -> answer(out, "404 Not Found", JSON, "{}");
      case "busy" -> answer(out, "429 Busy", "Retry-After: 1\r\n" + JSON, "{}");
      case "redirect" -> answer(out, "302 Found", "Location: /redirect\r\n", "");
      case "not-json" -> answer(out, "200 OK", JSON, "{\"a\":");
      case "short" -> send(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfar too little");
      case "garbage" -> send(out, "\u0000\u0001 this is not HTTP at all\r\n\r\n");
      case "reset" -> client.setSoLinger(true, 0);
      case "silent" -> hold();
      case "drip" -> drip(out);
      case "endless" -> endless(out);
      default -> answer(out, "400 Unknown", JSON, "{}");
    }
  }

  private static void answer(OutputStream out, String status, String headers, String body)
      throws IOException {
    send(
        out,
        "HTTP/1.1 %s\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(status, headers, body.length(), body));
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private void hold() {
    while (!closed) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private void drip(OutputStream out) throws IOException {
    send(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (!closed) {
      send(out, "x");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private void endless(OutputStream out) throws IOException {
    send(out, "HTTP/1.1 200 OK\r\n\r\n");
    byte[] much = new byte[REQUEST_BYTES];
    while (!closed) {
      out.write(much);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    door.close();
    for (Socket each : open) {
      each.close();
    }
  }
}
