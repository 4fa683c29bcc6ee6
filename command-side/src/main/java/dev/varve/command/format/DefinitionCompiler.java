package dev.varve.command.format;

import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.expression.CelExpressions;
import java.util.function.Function;

/** Makes published versions ready for execution. Thread safe. */
public final class DefinitionCompiler
    implements Function<DefinitionVersionPublished, CompiledDefinition> {
  private final CelExpressions expressions;
  private final DefinitionParser parser;

  /** Makes a compiler that compiles expressions with {@code expressions}. */
  public DefinitionCompiler(CelExpressions expressions) {
    this.expressions = expressions;
    this.parser = new DefinitionParser(expressions);
  }

  /**
   * Compiles one version; takes milliseconds, so callers keep what it gives.
   *
   * @throws IllegalArgumentException when the document is none that this release can execute
   */
  @Override
  public CompiledDefinition apply(DefinitionVersionPublished version) {
    return CompiledDefinition.compile(
        parser.published(version.document()),
        version.version(),
        version.hash(),
        expressions,
        InputSchema::of);
  }
}
