package dev.varve.command.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.Scope;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class BudgetTest {
  private static final CelExpressions EXPRESSIONS = new CelExpressions();
  private static final Scope SCOPE =
      Scopes.of(
          "{\"items\": ["
              + IntStream.range(0, 300).mapToObj(String::valueOf).collect(Collectors.joining(","))
              + "], \"text\": \""
              + "x".repeat(200_000)
              + "\"}",
          Map.of());

  private static Evaluation evaluate(String expression) {
    return EXPRESSIONS
        .template(JsonNodeFactory.instance.stringNode("${" + expression + "}"), Set.of())
        .evaluate(SCOPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input.items.all(a, input.items.all(b, input.items.all(c, a + b + c >= 0)))",
        "input.items.map(a, input.items.map(b, input.items.map(c, a + b + c)))",
        "input.items.exists(a, input.items.exists(b, input.items.exists(c, false))) || true"
            + " && input.items.all(a, input.items.all(b, input.items.all(c, true)))",
        "input.items.map(a, input.items.map(b, input.text + input.text))",
        "input.items.map(a, input.text)",
        "input.items.map(a, input.items + input.items).map(a, a + a).map(a, a + a)",
        "input.text.matches('(x+x+)+y') || input.items.map(x, input.text).join(',') == ''",
        "input.items.map(a, input.items.all(b, input.text.contains(input.text + 'y')))",
      })
  void what_would_take_too_much_stops(String expression) {
    Evaluation evaluation = evaluate(expression);

    assertThat(evaluation).isInstanceOf(Evaluation.Failure.class);
    assertThat(((Evaluation.Failure) evaluation).error().code())
        .isIn("expression.budget", "expression.error");
  }

  @Test
  void the_triple_nested_loop_says_why_it_stopped() {
    Evaluation evaluation =
        evaluate("input.items.all(a, input.items.all(b, input.items.all(c, true)))");

    assertThat(((Evaluation.Failure) evaluation).error().code()).isEqualTo("expression.budget");
    assertThat(((Evaluation.Failure) evaluation).error().message()).contains("loops");
  }

  @Test
  void a_double_nested_loop_within_the_budget_has_a_value() {
    assertThat(evaluate("input.items.all(a, input.items.all(b, a + b >= 0))"))
        .isInstanceOf(Evaluation.Value.class);
    assertThat(evaluate("size(input.items.map(a, a * 2))"))
        .isEqualTo(new Evaluation.Value(JsonNodeFactory.instance.numberNode(300)));
  }

  @Test
  void deep_results_are_refused() {
    String deep = IntStream.range(0, 60).mapToObj(i -> "[").collect(Collectors.joining());
    assertThat(evaluate(deep + "input.items" + "]".repeat(60)))
        .isInstanceOf(Evaluation.Value.class);
    assertThat(evaluate(deep + "[[[[" + "input.items" + "]]]]" + "]".repeat(60)))
        .isInstanceOf(Evaluation.Failure.class);
  }
}
