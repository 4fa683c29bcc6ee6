package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of completion; the one for bash is run by bash. */
class CompletionTest {
  @TempDir private Path directory;

  /** Returns what bash offers for the last of {@code words}. */
  private String completed(String words) throws IOException, InterruptedException {
    Path script = directory.resolve("varve.bash");
    Files.writeString(script, StubServer.call("completion", "bash").out());
    String ask =
        "source "
            + script
            + "; COMP_WORDS=(varve "
            + words
            + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_varve; echo \"${COMPREPLY[@]}\"";
    Process bash =
        new ProcessBuilder("bash", "-c", ask)
            .redirectError(ProcessBuilder.Redirect.DISCARD) // compopt wants a prompt
            .start();
    String text = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return text.strip();
  }

  @Test
  void bash_completes_nouns_verbs_options_and_words() throws Exception {
    assertThat(completed("exec")).isEqualTo("execution");
    assertThat(completed("definition pub")).isEqualTo("publish");
    assertThat(completed("execution sus")).isEqualTo("suspend");
    assertThat(completed("execution start --idem")).isEqualTo("--idempotency-key");
    assertThat(completed("definition list -o ''")).contains("jsonl").contains("ids");
  }

  @Test
  void zsh_gets_the_same_script_which_sets_bashcompinit_up() {
    assertThat(StubServer.call("completion", "zsh").out())
        .contains("bashcompinit")
        .contains("_complete_varve");
  }

  @Test
  void fish_is_told_of_every_noun_verb_option_and_word() {
    String script = StubServer.call("completion", "fish").out();

    assertThat(script)
        .contains("complete -c varve -n '__fish_use_subcommand' -a definition -d 'Publish")
        .contains(
            "complete -c varve -n '__fish_seen_subcommand_from definition; and not"
                + " __fish_seen_subcommand_from publish validate list show' -a publish -d '")
        .contains(
            "complete -c varve -n '__fish_seen_subcommand_from execution; and"
                + " __fish_seen_subcommand_from start' -l idempotency-key -r -d '")
        .contains("-s o -l output -r -a 'table json jsonl ids' -d '")
        .contains("__fish_seen_subcommand_from completion' -a 'bash zsh fish'");
    assertThat(script.lines().skip(1))
        .allSatisfy(line -> {
          assertThat(line).startsWith("complete -c varve");
          long quotes = line.replace("\\'", "").chars().filter(c -> c == '\'').count();
          assertThat(quotes % 2).as(line).isZero();
        });
  }
}
