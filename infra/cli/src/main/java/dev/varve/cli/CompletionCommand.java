package dev.varve.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
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
      "  varve completion zsh > ~/.varve-completion && echo 'source ~/.varve-completion' >> ~/.zshrc",
      "  varve completion fish > ~/.config/fish/completions/varve.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  /** The shells; lower case since users type them. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SHELL",
      description = "bash, zsh (the same script, by bashcompinit) or fish.")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    PrintWriter out = spec.commandLine().getOut();
    out.println("# completion of varve for " + shell);
    out.print(
        switch (shell) {
          case bash, zsh -> AutoComplete.bash("varve", root);
          case fish -> FishCompletion.script(root);
        });
    out.flush();
    return ExitCodes.OK;
  }
}
