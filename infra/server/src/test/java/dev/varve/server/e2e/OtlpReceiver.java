package dev.varve.server.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A collector: takes what is exported by OTLP over HTTP, reads the spans and keeps the bytes. */
final class OtlpReceiver implements AutoCloseable {
  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<byte[]> bodies = new CopyOnWriteArrayList<>();

  /** A span as it was received; ids in hex, the parent's empty for none. */
  record Span(
      String trace, String id, String parent, String name, int kind, Map<String, String> notes) {}

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          bodies.add(body);
          spans.addAll(read(body));
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Span> spans() {
    return List.copyOf(spans);
  }

  /** Returns everything that was received, as text. */
  String raw() {
    var all = new StringBuilder();
    bodies.forEach(each -> all.append(new String(each, StandardCharsets.ISO_8859_1)));
    return all.toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** ExportTraceServiceRequest: resource_spans = 1, scope_spans = 2, spans = 2. */
  private static List<Span> read(byte[] request) {
    var found = new ArrayList<Span>();
    for (byte[] resource : parts(request, 1)) {
      for (byte[] scope : parts(resource, 2)) {
        for (byte[] span : parts(scope, 2)) {
          found.add(span(span));
        }
      }
    }
    return found;
  }

  private static Span span(byte[] span) {
    var notes = new HashMap<String, String>();
    for (byte[] each : parts(span, 9)) {
      byte[] value = first(each, 2);
      List<byte[]> text = parts(value, 1);
      notes.put(
          text(first(each, 1)),
          text.isEmpty() ? Long.toString(number(value, 3)) : text(text.getFirst()));
    }
    HexFormat hex = HexFormat.of();
    return new Span(
        hex.formatHex(first(span, 1)),
        hex.formatHex(first(span, 2)),
        hex.formatHex(first(span, 4)),
        text(first(span, 5)),
        (int) number(span, 6),
        notes);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] first(byte[] message, int field) {
    List<byte[]> all = parts(message, field);
    return all.isEmpty() ? new byte[0] : all.getFirst();
  }

  /** Returns the length-delimited values of a field, in order (Protocol Buffers wire format). */
  private static List<byte[]> parts(byte[] message, int field) {
    var found = new ArrayList<byte[]>();
    walk(message, field, found, new long[1]);
    return found;
  }

  private static long number(byte[] message, int field) {
    var last = new long[1];
    walk(message, field, new ArrayList<>(), last);
    return last[0];
  }

  private static void walk(byte[] message, int field, List<byte[]> parts, long[] number) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      boolean wanted = tag >>> 3 == field;
      switch ((int) (tag & 7)) {
        case 0 -> {
          long value = varint(in);
          number[0] = wanted ? value : number[0];
        }
        case 1 -> in.position(in.position() + Long.BYTES);
        case 2 -> {
          var part = new byte[(int) varint(in)];
          in.get(part);
          if (wanted) {
            parts.add(part);
          }
        }
        case 5 -> in.position(in.position() + Integer.BYTES);
        default -> throw new IllegalArgumentException("Unknown wire type of tag " + tag);
      }
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
