package dev.varve.command.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.Limits;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LargeDefinitionsTest {
  private static String list(int count, IntFunction<String> item) {
    return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void nodes_up_to_the_limit_are_accepted_and_one_more_is_refused() {
    String full =
        "{\"name\":\"x\",\"nodes\":"
            + list(Limits.NODES_MAX, i -> "{\"id\":\"n" + i + "\",\"type\":\"end\"}")
            + "}";
    String over =
        "{\"name\":\"x\",\"nodes\":"
            + list(Limits.NODES_MAX + 1, i -> "{\"id\":\"n" + i + "\",\"type\":\"end\"}")
            + "}";

    assertThat(Parsed.faults(full, Format.JSON)).isEmpty();
    assertThat(Parsed.faults(over, Format.JSON))
        .extracting(FieldError::code)
        .containsExactly("definition.limit");
  }

  @Test
  void a_chain_of_as_many_nodes_as_allowed_reads_outputs_from_its_beginning() {
    int count = 4_000;
    String text =
        "{\"name\":\"x\",\"nodes\":"
            + list(
                count,
                i ->
                    "{\"id\":\"n"
                        + i
                        + "\",\"type\":\"transform\",\"with\":\""
                        + (i == 0 ? "" : "${nodes.n0.output}")
                        + "\"}")
            + ",\"edges\":"
            + list(count - 1, i -> "{\"from\":\"n" + i + "\",\"to\":\"n" + (i + 1) + "\"}")
            + "}";

    assertThat(Parsed.faults(text, Format.JSON)).isEmpty();
  }

  @Test
  void more_faults_than_the_limit_are_cut_off() {
    String text = "{\"name\":\"x\",\"nodes\":" + list(500, i -> "{\"id\":\"N" + i + "\"}") + "}";

    assertThat(Parsed.faults(text, Format.JSON)).hasSize(Limits.PROBLEMS_MAX);
  }

  @Test
  void more_expressions_than_the_limit_are_refused() {
    String text =
        "{\"name\":\"x\",\"nodes\":[{\"id\":\"a\",\"type\":\"transform\",\"with\":"
            + list(ExpressionRules.EXPRESSIONS_MAX + 1, _ -> "\"${1}\"")
            + "}]}";

    List<FieldError> faults = Parsed.faults(text, Format.JSON);

    assertThat(faults).extracting(FieldError::code).containsExactly("definition.limit");
  }

  @Test
  void a_document_larger_than_the_limit_is_refused_unread() {
    byte[] body = " ".repeat(Limits.DEFINITION_BYTES_MAX + 1).getBytes(StandardCharsets.UTF_8);

    Rejection rejection = ((Parsing.Invalid) Parsed.PARSER.parse(body, Format.YAML)).rejection();

    assertThat(rejection.code().code()).isEqualTo("request.too-large");
  }

  @Test
  void flat_yaml_that_opens_ten_thousand_lists_is_refused() {
    assertThat(Parsed.faults("[".repeat(10_000), Format.YAML))
        .extracting(FieldError::code)
        .containsExactly("json.too-deep");
    assertThat(Parsed.faults("- ".repeat(10_000), Format.YAML))
        .extracting(FieldError::code)
        .containsExactly("json.too-deep");
  }
}
