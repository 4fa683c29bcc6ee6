package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person or a script sees of an answer. */
class OutputTest {
  private static final String LONG = "n".repeat(150);

  @TempDir private Path directory;

  @Test
  void ids_are_whole_and_alone_on_their_lines_and_lists_go_over_pages() throws IOException {
    try (var server = new StubServer()) {
      server
          .answers(200, "{\"items\":[{\"name\":\"" + LONG + "\"}],\"next\":\"a+b\"}")
          .answers(200, "{\"items\":[{\"name\":\"second\"}],\"next\":null}");

      StubServer.Run run = server.run("definition", "list", "-o", "ids");

      assertThat(run.out()).isEqualTo("%s%n%s%n".formatted(LONG, "second"));
      assertThat(server.asked())
          .containsExactly(
              "GET /api/v1/definitions?limit=1000",
              "GET /api/v1/definitions?limit=999&cursor=a%2Bb");
    }
  }

  @Test
  void a_limit_ends_a_list() throws IOException {
    try (var server = new StubServer()) {
      server.answers(200, "{\"items\":[{\"executionId\":\"a\"}],\"next\":\"more\"}");

      assertThat(server.run("execution", "list", "--status", "FAILED", "--limit", "1").exitCode())
          .isZero();
      assertThat(server.asked()).containsExactly("GET /api/v1/executions?status=FAILED&limit=1");
    }
  }

  @Test
  void verification_goes_range_by_range_and_shows_how_far_it_is() throws IOException {
    try (var server = new StubServer()) {
      server
          .answers(200, "{\"valid\":true,\"checked\":10,\"remaining\":5,\"next\":\"n1\"}")
          .answers(200, "{\"valid\":true,\"checked\":5,\"remaining\":0,\"next\":null}");

      StubServer.Run run = server.run("verify", "--range", "10", "--progress", "-o", "jsonl");

      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("\"checked\":15");
      assertThat(run.err())
          .contains("range 1: 10 of 15 events, ")
          .contains("range 2: 15 of 15 events, ")
          .contains("/s, about ");
      assertThat(server.asked())
          .containsExactly("GET /api/v1/verify?limit=10", "GET /api/v1/verify?limit=10&after=n1");
    }
  }

  @Test
  void without_a_terminal_there_is_no_progress() throws IOException {
    try (var server = new StubServer()) {
      server.answers(200, "{\"valid\":true,\"checked\":0,\"remaining\":0,\"next\":null}");

      assertThat(server.run("verify").err()).isEmpty();
    }
  }

  @Test
  void every_fault_is_shown_under_its_numbered_line_with_a_caret() throws IOException {
    Path file = directory.resolve("bad.yaml");
    Files.writeString(file, "name: bad\nnodes:\n\t- { id: a, type: taks }\n" + "x".repeat(500));
    try (var server = new StubServer()) {
      server.answers(
          422,
          """
          {"code":"definition.invalid","detail":"3 problems","errors":[
           {"code":"a.a","pointer":"/nodes/0/type","detail":"first","line":3,"column":18},
           {"code":"b.b","pointer":"/x","detail":"second","line":4,"column":400},
           {"code":"c.c","pointer":"","detail":"no place"}]}
          """);

      StubServer.Run run = server.run("definition", "publish", file.toString());

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains("definition.invalid: 3 problems")
          .contains(file + ":3:18  a.a  /nodes/0/type")
          .contains("   3 | \t- { id: a, type: taks }\n".replace("\n", System.lineSeparator()))
          .contains("     | \t" + " ".repeat(16) + "^")
          .contains(file + ":4:400  b.b  /x")
          .contains("no place");
      assertThat(run.err().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(200));
    }
  }
}
