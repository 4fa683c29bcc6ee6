package dev.varve.command.core.expression;

/**
 * A compiled configuration value with its expressions, or a compiled condition. Thread safe, pure,
 * budgeted.
 */
@FunctionalInterface
public interface Template {
  /** Evaluates every expression in {@code scope}; never throws. */
  Evaluation evaluate(Scope scope);
}
