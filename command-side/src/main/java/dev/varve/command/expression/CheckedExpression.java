package dev.varve.command.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression that was parsed and checked, with everything that is wrong with it.
 *
 * @param ast null when it has faults
 * @param faults in order of appearance; empty when it can run
 * @param uses the outputs of nodes it reads
 * @param loops whether it has a loop (all, exists, map, filter)
 */
record CheckedExpression(
    @Nullable CelAbstractSyntaxTree ast,
    List<ExpressionFault> faults,
    List<NodeUse> uses,
    boolean loops) {
  /** Copies the lists. */
  CheckedExpression {
    faults = List.copyOf(faults);
    uses = List.copyOf(uses);
  }

  /** Tells whether the value may be a boolean as far as can be known before it runs. */
  boolean mayBeBoolean() {
    if (ast == null) {
      return true;
    }
    CelKind kind = ast.getResultType().kind();
    return kind == CelKind.BOOL || kind == CelKind.DYN || kind == CelKind.ANY;
  }

  /** Returns the name of the result type, e.g. {@code int}. */
  String resultType() {
    return ast == null ? "nothing" : ast.getResultType().name();
  }
}
