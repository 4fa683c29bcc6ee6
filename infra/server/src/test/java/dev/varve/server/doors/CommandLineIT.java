package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Http;
import dev.varve.testkit.process.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a process, against a real server. */
@ExtendWith(RunningServer.Extension.class)
class CommandLineIT {
  private static final String SAID =
      "name: said\nnodes: [ { id: say, type: transform, with: { a: 1 } } ]\n";

  private static RunningServer server;
  @TempDir private Path directory;

  /**
   * What came of a call.
   *
   * @param text standard output and errors
   */
  private record Run(int exitCode, String text) {}

  @BeforeAll
  static void use(RunningServer running) throws Exception {
    server = running;
    Http.Answer published =
        running.http().post("/api/v1/definitions", "application/yaml", SAID, Map.of());
    assertThat(published.status()).isLessThan(300);
  }

  private Run run(String... arguments) throws Exception {
    Path log = Files.createTempFile(directory, "run", ".txt");
    var environment = Map.of("VARVE_SERVER", server.url());
    try (var process =
        JavaProcess.start("dev.varve.cli.Varve", List.of(arguments), environment, log)) {
      int exitCode = process.awaitExit(30);
      return new Run(exitCode, Files.readString(log));
    }
  }

  @Test
  void a_fault_is_shown_under_its_line_with_a_caret_and_exit_code_2() throws Exception {
    Path file = directory.resolve("bad.yaml");
    Files.writeString(file, "name: bad\nnodes:\n  - { id: a, type: taks }\n");

    Run run = run("definition", "validate", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.text())
        .contains("bad.yaml:3:")
        .contains("/nodes/0/type")
        .containsPattern("(?m)^   3 \\|   - \\{ id: a, type: taks }\\R     \\| +\\^");
  }

  @Test
  void an_execution_is_started_shown_and_looked_back_at() throws Exception {
    String id = run("execution", "start", "said", "--wait", "PT10S", "-o", "ids").text().strip();

    assertThat(run("execution", "state", id, "--at", "0", "-o", "json").text())
        .contains("\"sequence\" : 0");
    Run diff = run("execution", "diff", id, "-o", "jsonl");
    assertThat(diff.exitCode()).as(diff.text()).isZero();
    Run cancelled = run("execution", "cancel", id);
    assertThat(cancelled.exitCode()).as(cancelled.text()).isEqualTo(4);
  }

  @Test
  void what_is_not_there_is_exit_code_3_and_no_server_is_7() throws Exception {
    Run nobody = run("execution", "show", "01a1fc2f-5a83-7000-b569-698c1398ae65");
    Run away = run("verify", "--server", "http://127.0.0.1:1");

    assertThat(nobody.exitCode()).isEqualTo(3);
    assertThat(nobody.text()).contains("execution.not-found");
    assertThat(away.exitCode()).isEqualTo(7);
  }

  @Test
  void a_shell_can_complete_what_there_is() throws Exception {
    Run run = run("completion", "bash");

    assertThat(run.exitCode()).isZero();
    assertThat(run.text()).contains("execution").contains("--idempotency-key");
    Run verified = run("verify", "--progress", "--range", "1000", "-o", "jsonl");
    assertThat(verified.exitCode()).isZero();
    assertThat(verified.text()).contains("range 1: ").contains("\"valid\":true");
    assertThat(run("task", "list").exitCode()).isZero();
    assertThat(run("timer", "list", "-o", "ids").exitCode()).isZero();
  }
}
