package dev.varve.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line: noun, then verb. Talks REST with a running server. */
@Command(
    name = "varve",
    mixinStandardHelpOptions = true,
    version = "varve 0.1.0",
    description = {
      "Event-sourced workflow engine.",
      "",
      "Without arguments, ./varve starts a development server (same as ./varve dev)."
    },
    subcommands = {
      DefinitionCommands.class,
      ExecutionCommands.class,
      ProjectionCommands.class,
      WaitingCommands.Task.class,
      WaitingCommands.Timer.class,
      VerifyCommand.class,
      CompletionCommand.class,
      Programs.OpenApi.class,
      Programs.Dev.class,
      Programs.Server.class,
      Programs.Demo.class,
      Programs.Test.class,
      Programs.Bench.class,
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 usage or invalid document, 3 not found,",
      "            4 conflict, 5 divergence (reserved), 6 verification failed,",
      "            7 server unavailable."
    })
public final class Varve implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Varve() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(line().execute(args));
  }

  /** Makes the command line; who runs it may set where it writes to. */
  static CommandLine line() {
    var line = new CommandLine(new Varve());
    line.setExecutionExceptionHandler((e, failed, _) -> {
      if (e instanceof CliProblem problem) {
        ProblemPrinter.print(problem, failed.getErr());
        return problem.exitCode();
      }
      failed.getErr().println("varve: " + e);
      return ExitCodes.FAILED;
    });
    return line;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCodes.OK;
  }
}
