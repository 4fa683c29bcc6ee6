package dev.varve.command.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DocumentedProblemsTest {
  @Test
  void every_code_is_documented_with_what_to_do() throws IOException {
    String page = Files.readString(Path.of("../infra/docs/definition-format.md"));

    assertThat(
            Arrays.stream(DefinitionProblem.values())
                .map(each -> "| `" + each.code() + "` | " + each.remedy() + " |"))
        .allMatch(page::contains);
  }

  @Test
  void codes_are_unique_and_are_found_again() {
    assertThat(Arrays.stream(DefinitionProblem.values()).map(DefinitionProblem::code))
        .doesNotHaveDuplicates();
    assertThat(DefinitionProblem.values())
        .allMatch(each -> DefinitionProblem.ofCode(each.code()) == each);
  }
}
