package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Every documented exit code comes of what it is documented for. */
class ExitCodesTest {
  private static final String LIST = "{\"items\":[],\"next\":null}";

  @ParameterizedTest
  @CsvSource({
    "200, 0", "400, 2", "401, 1", "404, 3", "405, 2", "406, 2", "409, 4", "410, 1", "412, 4",
    "413, 2", "415, 2", "422, 2", "429, 7", "500, 1", "503, 7", "504, 7"
  })
  void each_status_has_its_exit_code(int status, int exitCode) throws IOException {
    try (var server = new StubServer()) {
      server.answers(
          status,
          status == 200
              ? LIST
              : "{\"code\":\"some.code\",\"detail\":\"some detail\",\"errors\":[]}");

      StubServer.Run run = server.run("definition", "list");

      assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
      assertThat(run.err().contains("some.code: some detail")).isEqualTo(status != 200);
    }
  }

  @Test
  void wrong_arguments_are_2_and_a_file_that_is_not_there_is_3() {
    assertThat(StubServer.call("execution", "begin").exitCode()).isEqualTo(2);
    assertThat(StubServer.call("execution", "show").exitCode()).isEqualTo(2);
    assertThat(StubServer.call("execution", "start", "a", "--input", "{").exitCode()).isEqualTo(2);
    assertThat(StubServer.call("definition", "publish", "/nowhere/a.yaml").exitCode()).isEqualTo(3);
    assertThat(StubServer.call("execution", "start", "a", "--input", "@/nowhere/a").exitCode())
        .isEqualTo(3);
  }

  @Test
  void a_log_that_was_changed_is_6_and_no_server_is_7() throws IOException {
    try (var server = new StubServer()) {
      server.answers(200, "{\"valid\":false,\"checked\":1,\"remaining\":0,\"next\":null}");
      assertThat(server.run("verify").exitCode()).isEqualTo(6);
    }
    assertThat(StubServer.call("verify", "--server", "http://127.0.0.1:1").exitCode()).isEqualTo(7);
  }

  @Test
  void the_help_names_every_code() {
    String help = StubServer.call("--help").out();

    assertThat(help).contains("Exit codes:");
    List<Integer> codes =
        List.of(
            ExitCodes.OK,
            ExitCodes.FAILED,
            ExitCodes.USAGE,
            ExitCodes.NOT_FOUND,
            ExitCodes.CONFLICT,
            ExitCodes.VERIFICATION_FAILED,
            ExitCodes.UNAVAILABLE);
    String listed = help.substring(help.indexOf("Exit codes:"));
    assertThat(codes).allSatisfy(code -> assertThat(listed).contains(code + " "));
    assertThat(ExitCodes.USAGE).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(IntStream.rangeClosed(100, 599).map(ExitCodes::of).boxed())
        .isSubsetOf(ExitCodes.FAILED, 2, 3, 4, 7);
  }
}
