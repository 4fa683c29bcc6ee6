package dev.varve.command.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.ErrorInfo;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.Scope;
import dev.varve.command.core.expression.Template;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TemplatesTest {
  private static final CelExpressions EXPRESSIONS = new CelExpressions();
  private static final Set<String> NODES = Set.of("price", "review");
  private static final Scope SCOPE =
      Scopes.of(
          """
          {"sku": "A-1", "quantity": 2, "price": 3.0, "tags": ["a", "b"], "none": null, "ok": true,
           "address": {"city": "Bern", "zip": "3000"}, "a-b": 1}
          """,
          Map.of("price", "{\"total\": 6.5, \"lines\": [{\"n\": 1}, {\"n\": 2}]}"));

  private static String evaluate(String config) {
    Evaluation evaluation =
        EXPRESSIONS.template(Scopes.JSON.readTree(config), NODES).evaluate(SCOPE);
    return switch (evaluation) {
      case Evaluation.Value value -> value.value().toString();
      case Evaluation.Failure failure -> failure.error().code() + ": " + failure.error().message();
    };
  }

  private static ErrorInfo failure(String expression) {
    JsonNode config = Scopes.JSON.createObjectNode().put("x", "${" + expression + "}");
    Evaluation evaluation = EXPRESSIONS.template(config, NODES).evaluate(SCOPE);
    assertThat(evaluation).isInstanceOf(Evaluation.Failure.class);
    return ((Evaluation.Failure) evaluation).error();
  }

  @Test
  void a_configuration_without_expressions_is_the_very_same_node() {
    JsonNode config = Scopes.JSON.readTree("{\"a\": [1, \"x\", {\"b\": null}]}");

    Evaluation evaluation = EXPRESSIONS.template(config, NODES).evaluate(SCOPE);

    assertThat(((Evaluation.Value) evaluation).value()).isSameAs(config);
  }

  @Test
  void an_expression_alone_keeps_its_type() {
    assertThat(evaluate("[\"${input.quantity}\", \"${input.price}\", \"${input.ok}\"]"))
        .isEqualTo("[2,3.0,true]");
    assertThat(evaluate("[\"${input.none}\", \"${input.tags}\", \"${input.address}\"]"))
        .isEqualTo("[null,[\"a\",\"b\"],{\"city\":\"Bern\",\"zip\":\"3000\"}]");
  }

  @Test
  void a_value_passed_on_unchanged_is_not_copied() {
    JsonNode input = SCOPE.input();

    Evaluation evaluation =
        EXPRESSIONS.template(Scopes.JSON.readTree("\"${input.address}\""), NODES).evaluate(SCOPE);

    assertThat(((Evaluation.Value) evaluation).value()).isSameAs(input.get("address"));
  }

  @Test
  void an_expression_inside_text_is_interpolated_in_its_text_form() {
    assertThat(evaluate("\"${input.quantity} x ${input.sku} at ${input.price}\""))
        .isEqualTo("\"2 x A-1 at 3.0\"");
    assertThat(evaluate("\"to ${input.address} (${input.none}, ${input.ok}, ${input.tags})\""))
        .isEqualTo(
            "\"to {\\\"city\\\":\\\"Bern\\\",\\\"zip\\\":\\\"3000\\\"}"
                + " (null, true, [\\\"a\\\",\\\"b\\\"])\"");
    assertThat(evaluate("\"${0.1 + 0.2}|${1e21}|${9007199254740993}|${-0.0}\""))
        .isEqualTo("\"0.30000000000000004|1.0E21|9007199254740993|-0.0\"");
  }

  @Test
  void an_escaped_opening_is_a_literal() {
    assertThat(evaluate("\"$${input.sku}\"")).isEqualTo("\"${input.sku}\"");
    assertThat(evaluate("\"$${a} ${input.sku} $$ $\"")).isEqualTo("\"${a} A-1 $$ $\"");
    assertThat(evaluate("[\"$${\", \"{}\", \"$\"]")).isEqualTo("[\"${\",\"{}\",\"$\"]");
  }

  @Test
  void braces_and_quotes_inside_an_expression_do_not_end_it() {
    assertThat(evaluate("\"${ {'a': {'b': input.sku}} }\"")).isEqualTo("{\"a\":{\"b\":\"A-1\"}}");
    assertThat(evaluate("\"${'}' + \\\"}\\\" + '\\\\''}!\"")).isEqualTo("\"}}'!\"");
    assertThat(evaluate("\"${r'\\\\d}' + '''}'''}!\"")).isEqualTo("\"\\\\d}}!\"");
  }

  @Test
  void outputs_variables_and_the_execution_are_in_scope() {
    assertThat(evaluate("\"${nodes.price.output.lines[1].n + 1}\"")).isEqualTo("3");
    assertThat(evaluate("\"${vars.shop}/stock\"")).isEqualTo("\"http://127.0.0.1:9090/stock\"");
    assertThat(evaluate("\"${execution.definition}/${execution.version}\""))
        .isEqualTo("\"order/3\"");
    assertThat(evaluate("\"${input['a-b']}\"")).isEqualTo("1");
    assertThat(evaluate("\"${has(nodes.review.output) ? 1 : 2}\"")).isEqualTo("2");
    assertThat(evaluate("\"${has(input.sku) && !has(input.skuu)}\"")).isEqualTo("true");
    assertThat(evaluate("\"${'sku' in input}\"")).isEqualTo("true");
    assertThat(evaluate("\"${input.tags.filter(t, t != 'a')}\"")).isEqualTo("[\"b\"]");
    assertThat(evaluate("\"${nodes.price.output.lines.map(line, line.n * 1.5)}\""))
        .isEqualTo("[1.5,3.0]");
    assertThat(evaluate("\"${input.map(k, k).size()}\"")).isEqualTo("8");
    assertThat(
            evaluate(
                "\"${input.tags == ['a', 'b'] && input.address == {'zip': '3000', 'city': 'Bern'}}\""))
        .isEqualTo("true");
    assertThat(evaluate("\"${['a', 'b'].join('-').upperAscii()}\"")).isEqualTo("\"A-B\"");
    assertThat(evaluate("\"${timestamp('2026-01-01T00:00:00Z') + duration('90s')}\""))
        .isEqualTo("\"2026-01-01T00:01:30Z\"");
    assertThat(evaluate("\"${input.none == null}\"")).isEqualTo("true");
    assertThat(evaluate("\"${b'ab'}\"")).isEqualTo("\"YWI=\"");
  }

  @Test
  void a_missing_member_is_named_with_what_exists() {
    assertThat(failure("input.address.town").message())
        .isEqualTo(
            "Expression \"input.address.town\" at /x: 'town' does not exist in input.address; it"
                + " has: city, zip");
    assertThat(failure("nodes.price.output.lines[0].m").message())
        .contains("'m' does not exist in nodes.price.output.lines[0]; it has: n");
    assertThat(failure("nodes.review.output.x").message())
        .contains("'nodes.review.output' does not exist: node 'review' has not completed");
    assertThat(failure("nodes.price.output.lines[7]").code()).isEqualTo("expression.error");
    assertThat(failure("input.sku.length").message()).contains("'.length' needs an object");
    assertThat(failure("input.sku.length").details())
        .hasToString("{\"pointer\":\"/x\",\"expression\":\"input.sku.length\"}");
  }

  @Test
  void values_without_a_json_form_are_errors() {
    assertThat(failure("type(1)").message()).contains("no JSON form");
    assertThat(failure("{1: 2}").message()).contains("member names must be text");
  }

  @Test
  void a_condition_must_be_a_boolean() {
    Template condition = EXPRESSIONS.condition("input.quantity", NODES);

    assertThat(((Evaluation.Failure) condition.evaluate(SCOPE)).error().message())
        .isEqualTo(
            "Condition \"input.quantity\": expected true or false, but the value is a number");
    assertThat(
            ((Evaluation.Value)
                    EXPRESSIONS.condition("input.quantity < 2.5", NODES).evaluate(SCOPE))
                .value()
                .booleanValue())
        .isTrue();
  }

  @Test
  void what_does_not_compile_is_refused() {
    assertThatThrownBy(() -> EXPRESSIONS.condition("input.", NODES))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EXPRESSIONS.condition("nodes.nobody.output.x", NODES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No node has id 'nobody'");
  }
}
