package dev.varve.command.expression;

import dev.cel.runtime.CelVariableResolver;
import dev.varve.command.core.expression.Scope;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The variables of one evaluation: what the scope holds, shown when asked for. */
final class Variables implements CelVariableResolver {
  /** Every name an expression may use. */
  static final List<String> NAMES = List.of("input", "vars", "nodes", "execution");

  /** Every member of {@code execution}. */
  static final List<String> EXECUTION = List.of("id", "definition", "version", "businessKey");

  private final Scope scope;
  private @Nullable Object input;
  private @Nullable Object vars;
  private @Nullable Object execution;
  private final Object nodes;

  Variables(Scope scope) {
    this.scope = scope;
    this.nodes = new NodesView(scope);
  }

  @Override
  public Optional<Object> find(String name) {
    return switch (name) {
      case "input" -> Optional.of(input());
      case "vars" -> Optional.of(vars());
      case "nodes" -> Optional.of(nodes);
      case "execution" -> Optional.of(execution());
      default -> Optional.empty();
    };
  }

  private Object input() {
    Object known = input;
    if (known == null) {
      known = Values.show(scope.input(), "", "input");
      input = known;
    }
    return known;
  }

  private Object vars() {
    Object known = vars;
    if (known == null) {
      known = Values.show(scope.vars(), "", "vars");
      vars = known;
    }
    return known;
  }

  private Object execution() {
    Object known = execution;
    if (known == null) {
      known = Values.show(scope.execution(), "", "execution");
      execution = known;
    }
    return known;
  }

  /** {@code nodes}: every id is there, an output only when the node has completed. */
  @SuppressWarnings("Immutable") // lives for one evaluation, during which the scope does not change
  private static final class NodesView extends MapView {
    private final Scope scope;

    NodesView(Scope scope) {
      this.scope = scope;
    }

    @Override
    Object member(String id) {
      return new NodeView(scope, id);
    }

    @Override
    Collection<String> names() {
      return List.of();
    }

    @Override
    String path() {
      return "nodes";
    }
  }

  /** {@code nodes.<id>}. */
  @SuppressWarnings("Immutable") // lives for one evaluation, during which the scope does not change
  private static final class NodeView extends MapView {
    private final Scope scope;
    private final String id;

    NodeView(Scope scope, String id) {
      this.scope = scope;
      this.id = id;
    }

    @Override
    @Nullable Object member(String name) {
      JsonNode output = name.equals("output") ? scope.output(id) : null;
      return output == null ? null : Values.show(output, "nodes." + id, "output");
    }

    @Override
    Collection<String> names() {
      return scope.output(id) == null ? List.of() : List.of("output");
    }

    @Override
    String path() {
      return "nodes." + id;
    }

    @Override
    String missing(String name) {
      return "'"
          + path()
          + ".output' does not exist: node '"
          + id
          + "' has not completed (skipped, failed or still to run); test it with has("
          + path()
          + ".output)";
    }
  }
}
