package dev.varve.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that completes commands and options in a shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a script that completes commands and options with the tab key.",
    footer = {
      "",
      "Examples:",
      "  source <(varve completion bash)",
      "  varve completion zsh > ~/.varve-completion && echo 'source ~/.varve-completion' >> ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  /** The shells; lower case since users type them. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "bash or zsh; one script serves both.")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    System.out.println("# completion of varve for " + shell);
    System.out.print(AutoComplete.bash("varve", spec.root().commandLine()));
    return ExitCodes.OK;
  }
}
