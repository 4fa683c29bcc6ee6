package dev.varve.command.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** The golden table of arithmetic, comparison and text form of numbers. */
class NumbersTest {
  private static final Scope SCOPE =
      Scopes.of(
          """
          {"i": 7, "big": 9223372036854775807, "small": -9223372036854775808, "d": 2.5, "whole": 3.0,
           "tiny": 5e-324, "huge": 1.7976931348623157E308, "zero": 0, "z": 0.0}
          """,
          Map.of());
  private static final CelExpressions EXPRESSIONS = new CelExpressions();

  static Stream<String> rows() throws IOException {
    try (InputStream table =
        Objects.requireNonNull(NumbersTest.class.getResourceAsStream("numbers.txt"))) {
      String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
      return text
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void an_expression_has_the_value_of_the_table(String row) {
    int arrow = row.indexOf(" => ");
    String expression = row.substring(0, arrow);
    String expected = row.substring(arrow + 4);

    String actual = evaluate(expression);

    if (expected.startsWith("!")) {
      assertThat(actual).startsWith("!").contains(expected.substring(1).trim());
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  private static String evaluate(String expression) {
    try {
      Evaluation evaluation =
          EXPRESSIONS
              .template(JsonNodeFactory.instance.stringNode("${" + expression + "}"), Set.of())
              .evaluate(SCOPE);
      return switch (evaluation) {
        case Evaluation.Value value -> value.value().toString();
        case Evaluation.Failure failure -> "! " + failure.error().message();
      };
    } catch (IllegalArgumentException e) {
      return "! at publish: " + e.getMessage();
    }
  }
}
