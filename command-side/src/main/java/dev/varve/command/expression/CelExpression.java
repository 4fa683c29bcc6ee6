package dev.varve.command.expression;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One compiled expression. Thread safe.
 *
 * @param source as written
 * @param program what runs
 * @param uses the outputs of nodes it reads
 * @param loops whether it has a loop; only then its time is watched step by step
 */
record CelExpression(String source, CelRuntime.Program program, List<NodeUse> uses, boolean loops) {
  /** Error code of everything that fails at run time. */
  static final String ERROR = "expression.error";

  /** Error code of everything that hits a limit. */
  static final String BUDGET = "expression.budget";

  /**
   * Evaluates; the caller has bound {@link Budget#CURRENT}.
   *
   * @throws Failed when there is no value
   */
  Object evaluate(Variables variables, Budget budget) throws Failed {
    try {
      Object value =
          loops ? program.trace(variables, (_, _) -> budget.tick()) : program.eval(variables);
      String spent = budget.spent();
      if (spent != null) {
        throw new Failed(BUDGET, spent);
      }
      return value;
    } catch (CelEvaluationException e) {
      throw failed(e, budget.spent());
    } catch (StackOverflowError _) {
      throw new Failed(BUDGET, "its values are nested too deep");
    }
  }

  private static Failed failed(CelEvaluationException e, @Nullable String spent) {
    if (spent != null) {
      return new Failed(BUDGET, spent);
    }
    if (e.getErrorCode() == CelErrorCode.ITERATION_BUDGET_EXCEEDED) {
      return new Failed(BUDGET, "its loops take more steps than the limit allows");
    }
    return new Failed(ERROR, message(e));
  }

  /** Removes CEL's own frame, "evaluation error at <input>:3: ...", and its internal names. */
  private static String message(CelEvaluationException e) {
    String message = String.valueOf(e.getMessage());
    if (message.startsWith("evaluation error")) {
      int colon = message.indexOf(": ");
      message = colon < 0 ? message : message.substring(colon + 2);
    }
    if (message.startsWith("Error resolving field '")) {
      String field = message.substring(message.indexOf('\'') + 1);
      field = field.substring(0, Math.max(0, field.indexOf('\'')));
      return "'." + field + "' needs an object, but stands behind a value that is none";
    }
    if (message.startsWith("No matching overload for function '")) {
      String name = message.substring(message.indexOf('\'') + 1);
      name = name.substring(0, Math.max(0, name.indexOf('\'')));
      return "'" + name + "' is not defined for these values";
    }
    return Text.shown(message, 500);
  }

  /** There is no value. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;

    Failed(String code, String message) {
      super(message, null, false, false);
      this.code = code;
    }

    String code() {
      return code;
    }
  }
}
