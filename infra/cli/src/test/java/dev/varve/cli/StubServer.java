package dev.varve.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import picocli.CommandLine;

/** Gives the command line the answers that a test wants, and keeps what was asked. */
final class StubServer implements AutoCloseable {
  private final HttpServer http;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final Deque<Answer> answers = new ArrayDeque<>();

  /**
   * What comes of a call.
   *
   * @param exitCode of the process
   */
  record Run(int exitCode, String out, String err) {}

  private record Answer(int status, String body) {}

  StubServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          Answer answer = next();
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
  }

  private synchronized Answer next() {
    return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
  }

  /** Answers so once; the last answer given here is repeated. */
  synchronized StubServer answers(int status, String body) {
    answers.add(new Answer(status, body));
    return this;
  }

  /** Returns method and address of each request. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  /** Runs a command against this server. */
  Run run(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--server", "http://127.0.0.1:" + http.getAddress().getPort()));
    return call(all.toArray(String[]::new));
  }

  /** Runs a command as it is. */
  static Run call(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine line = Varve.line();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return new Run(line.execute(arguments), out.toString(), err.toString());
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
