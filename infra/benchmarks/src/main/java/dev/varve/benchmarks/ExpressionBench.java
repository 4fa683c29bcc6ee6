package dev.varve.benchmarks;

import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.Scope;
import dev.varve.command.core.expression.Template;
import dev.varve.command.expression.CelExpressions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures what a transform with five expressions costs once it is warm. Prints the median and the
 * slowest of several rounds, in microseconds per evaluation of the whole template; the goal is 20.
 */
public final class ExpressionBench {
  private static final int WARM_UP = 200_000;
  private static final int ROUNDS = 9;
  private static final int EVALUATIONS = 100_000;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String CONFIG =
      """
      {"total": "${nodes.reserve.output.body.unitPrice * input.quantity}",
       "dear": "${nodes.reserve.output.body.unitPrice * input.quantity >= 1000}",
       "label": "${input.sku} for ${input.customer.name}",
       "ship": "${has(input.address) ? input.address.city : 'unknown'}",
       "source": {"definition": "${execution.definition}", "fixed": [1, 2, {"x": "y"}]}}
      """;

  private ExpressionBench() {}

  /** Runs the measurement; takes no arguments. */
  public static void main(String[] arguments) {
    Template template =
        new CelExpressions().template(JSON.readTree(CONFIG), Set.of("reserve", "price"));
    Scope scope = new Data();
    run(template, scope, WARM_UP);
    double[] micros = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      micros[i] = run(template, scope, EVALUATIONS);
    }
    Arrays.sort(micros);
    System.out.printf(
        Locale.ROOT,
        "transform with 5 expressions: median %.2f us, slowest round %.2f us%n",
        micros[ROUNDS / 2],
        micros[ROUNDS - 1]);
  }

  private static double run(Template template, Scope scope, int times) {
    long started = System.nanoTime();
    long members = 0;
    for (int i = 0; i < times; i++) {
      if (template.evaluate(scope) instanceof Evaluation.Value(JsonNode value)) {
        members += value.size();
      }
    }
    long taken = System.nanoTime() - started;
    if (members != 5L * times) {
      throw new IllegalStateException("Expected five members in every result");
    }
    return taken / 1_000.0 / times;
  }

  /** The scope of an order after its first step. */
  private static final class Data implements Scope {
    private final JsonNode input =
        JSON.readTree(
            """
            {"sku": "pen", "quantity": 2, "customer": {"name": "C 17", "since": 2019},
             "address": {"city": "Bern", "zip": "3000"}, "note": "ring twice"}
            """);
    private final JsonNode vars = JSON.readTree("{\"shop\": \"http://127.0.0.1:9090\"}");
    private final JsonNode execution =
        JSON.readTree("{\"id\": \"e\", \"definition\": \"order\", \"version\": 1}");
    private final Map<String, JsonNode> outputs =
        Map.of(
            "reserve",
            JSON.readTree(
                "{\"status\": 200, \"headers\": {}, \"body\": {\"unitPrice\": 12.5, \"left\": 7}}"));

    @Override
    public JsonNode input() {
      return input;
    }

    @Override
    public JsonNode vars() {
      return vars;
    }

    @Override
    public @Nullable JsonNode output(String nodeId) {
      return outputs.get(nodeId);
    }

    @Override
    public JsonNode execution() {
      return execution;
    }
  }
}
