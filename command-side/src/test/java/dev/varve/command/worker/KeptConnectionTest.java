package dev.varve.command.worker;

import static dev.varve.command.worker.Attempts.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that closes a connection which the node has kept, at the moment it is used again. */
class KeptConnectionTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private ServerSocket door;
  private HttpTask task;

  /** How a connection is served: what is answered to its first, second ... request. */
  private volatile List<List<String>> script = List.of();

  @BeforeEach
  void open() throws IOException {
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
    var settings =
        new HttpSettings(
            1_000, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofHours(1), 8);
    task =
        new HttpTask(new EgressGuard("127.0.0.1:" + door.getLocalPort()), settings, Instant::now);
  }

  @AfterEach
  void close() throws IOException {
    task.close();
    door.close();
  }

  private void accept() {
    for (List<String> answers : script()) {
      try (Socket client = door.accept()) {
        serve(client, answers);
      } catch (IOException e) {
        return; // the test is over
      }
    }
  }

  private List<List<String>> script() {
    while (script.isEmpty()) {
      Thread.onSpinWait();
    }
    return script;
  }

  private void serve(Socket client, List<String> answers) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
    OutputStream out = client.getOutputStream();
    for (String answer : answers) {
      requests.add(head(in));
      out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      if (!answer.contains("\r\n\r\n")) {
        return; // closes in the middle of it
      }
    }
    requests.add(head(in));
    client.setSoLinger(true, 0); // closing sends a reset
  }

  /** Reads one request without a body and returns its idempotency key. */
  private static String head(BufferedReader in) throws IOException {
    String key = "";
    String line = in.readLine();
    while (line != null && !line.isEmpty()) {
      key = line.startsWith("Idempotency-Key: ") ? line.substring(17) : key;
      line = in.readLine();
    }
    return key;
  }

  private int call() throws Exception {
    String with = "{'method': 'GET', 'url': 'http://127.0.0.1:" + door.getLocalPort() + "/'}";
    return task.handle(http(with)).get("status").intValue();
  }

  private TaskFailure failure() {
    TaskFailure failure = catchThrowableOfType(TaskFailure.class, this::call);
    assertThat(failure).as("expected a failure").isNotNull();
    return failure;
  }

  @Test
  void a_request_that_met_it_is_sent_again_under_the_same_key() throws Exception {
    script = List.of(List.of(OK), List.of(OK));

    assertThat(call()).isEqualTo(200);
    assertThat(call()).isEqualTo(200);

    String key = Attempts.EXECUTION + "/charge";
    assertThat(requests).startsWith(key, key, key);
  }

  @Test
  void it_is_sent_again_only_once() throws Exception {
    script = List.of(List.of(OK), List.of(), List.of(OK));

    assertThat(call()).isEqualTo(200);
    TaskFailure failure = failure();

    assertThat(failure.error().code()).isEqualTo("http.connect");
    assertThat(failure.error().message()).doesNotContain("Closed:");
    assertThat(requests).hasSize(3);
  }

  @Test
  void a_new_connection_that_is_closed_fails_the_attempt() {
    script = List.of(List.of(), List.of(OK));

    assertThat(failure().error().code()).isEqualTo("http.connect");
    assertThat(requests).hasSize(1);
  }

  @Test
  void an_answer_that_has_begun_is_not_asked_for_again() throws Exception {
    script = List.of(List.of(OK, "HTTP/1.1 20"), List.of(OK));

    assertThat(call()).isEqualTo(200);
    assertThat(failure().retryable()).isTrue();
    assertThat(requests).hasSize(2);
  }
}
