package dev.varve.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** Checks the hash chain of the log. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Check the hash chain of the whole log; names the first bad position.")
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ServerOptions options = new ServerOptions();

  @Override
  public Integer call() {
    JsonNode answer = options.api().get("/api/v1/verify");
    options.output().one(answer, List.of("valid", "checkedTo", "firstBad"));
    return answer.path("valid").asBoolean(false) ? ExitCodes.OK : ExitCodes.VERIFICATION_FAILED;
  }
}
