package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** The help of every command shows how it is used. */
class HelpTest {
  private static final Pattern CALL =
      Pattern.compile("(?m)(?:^|Example: | <\\()\\s*(varve [^>|)\\n]+)");

  private static final Pattern WORD = Pattern.compile("'[^']*'|\\S+");

  private static List<CommandLine> leaves(CommandLine command) {
    List<CommandLine> leaves = new ArrayList<>();
    for (CommandLine each : command.getSubcommands().values()) {
      leaves.addAll(each.getSubcommands().isEmpty() ? List.of(each) : leaves(each));
    }
    return leaves;
  }

  @Test
  void every_verb_has_an_example_that_names_it() {
    List<CommandLine> leaves = leaves(Varve.line());

    assertThat(leaves)
        .hasSizeGreaterThan(20)
        .allSatisfy(leaf -> {
          String name = leaf.getCommandSpec().qualifiedName();
          String footer = String.join("\n", leaf.getCommandSpec().usageMessage().footer());
          assertThat(footer).as("examples of " + name).containsPattern("Examples?:").contains(name);
        });
  }

  @Test
  void every_example_can_be_parsed() {
    int examples = 0;
    for (CommandLine leaf : leaves(Varve.line())) {
      String footer = String.join("\n", leaf.getCommandSpec().usageMessage().footer());
      Matcher call = CALL.matcher(footer);
      while (call.find()) {
        String[] arguments =
            WORD.matcher(call.group(1).replaceAll(" 2 *$", ""))
                .results()
                .skip(1)
                .map(word -> word.group().replace("'", ""))
                .toArray(String[]::new);
        assertThat(Varve.line().parseArgs(arguments).errors()).as(call.group(1)).isEmpty();
        examples++;
      }
    }
    assertThat(examples).isGreaterThan(15);
  }

  @Test
  void every_command_option_and_argument_says_what_it_is() {
    assertThat(leaves(Varve.line()))
        .allSatisfy(leaf -> {
          assertThat(leaf.getCommandSpec().usageMessage().description()).isNotEmpty();
          for (ArgSpec each : leaf.getCommandSpec().args()) {
            assertThat(each.hidden() || each.description().length > 0)
                .as(leaf.getCommandSpec().qualifiedName() + " " + each.paramLabel())
                .isTrue();
          }
        });
  }
}
