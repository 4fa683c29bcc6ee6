package dev.varve.replay.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * Writes server-sent events (WHATWG HTML, section 9.2). Writing blocks while the client does not
 * read; the connector gives up after its time-out, so that a slow client costs one page of events
 * and then its connection.
 */
final class SseWriter {
  private final OutputStream out;
  private final long heartbeatNanos;
  private long lastWrite;

  SseWriter(HttpServletResponse response, Duration heartbeat) throws IOException {
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Accel-Buffering", "no"); // proxies that would collect before they pass on
    this.heartbeatNanos = heartbeat.toNanos();
    this.out = response.getOutputStream();
    comment("open");
  }

  void event(String id, String type, JsonNode data) throws IOException {
    write("id: " + id + "\nevent: " + type + "\ndata: " + data + "\n\n");
  }

  void flush() throws IOException {
    out.flush();
    lastWrite = System.nanoTime();
  }

  /**
   * Sends a comment when nothing was sent for long, so that both sides notice a dead connection.
   */
  void heartbeat() throws IOException {
    if (isDue()) {
      comment("heartbeat");
    }
  }

  /** The same, and tells where to go on although no event was shown. */
  void heartbeat(String id) throws IOException {
    if (isDue()) {
      write("id: " + id + "\n");
      comment("heartbeat");
    }
  }

  private boolean isDue() {
    return System.nanoTime() - lastWrite >= heartbeatNanos;
  }

  private void comment(String text) throws IOException {
    write(": " + text + "\n\n");
    flush();
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
