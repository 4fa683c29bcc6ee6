package dev.varve.command.expression;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.varve.api.common.Limits;
import dev.varve.command.expression.ExpressionFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles and checks CEL. Nothing of the host is reachable from an expression: no classes, no
 * methods, no time, no randomness. Thread safe.
 */
final class CelEngine {
  /** Weight of each cache: characters of source; a tree takes some hundred bytes for each. */
  private static final int CACHED_CHARS_MAX = 1_000_000;

  private static final int ENTRY_CHARS = 50;
  private static final int SHOWN_CHARS_MAX = 300;

  private static final Names NO_NAMES = new Names(Set.of(), null);

  private final CelCompiler compiler;
  private final CelRuntime runtime;
  private final Cache<String, Typed> checks =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_CHARS_MAX)
          .weigher((String source, Typed _) -> source.length() + ENTRY_CHARS)
          .build();
  private final Cache<String, CelExpression> programs =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_CHARS_MAX)
          .weigher((String source, CelExpression _) -> source.length() + ENTRY_CHARS)
          .build();

  CelEngine() {
    CelOptions options =
        CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .comprehensionMaxIterations(Limits.EXPRESSION_ITERATIONS_MAX)
            .maxExpressionCodePointSize(Limits.EXPRESSION_CHARS_MAX)
            .maxParseRecursionDepth(Limits.EXPRESSION_DEPTH_MAX)
            .maxRegexProgramSize(Limits.REGEX_PROGRAM_MAX)
            .maxParseErrorRecoveryLimit(10)
            .errorOnDuplicateMapKeys(true)
            .populateMacroCalls(false)
            .build();
    Library library = new Library();
    CelStringExtensions strings =
        CelExtensions.strings(
            CelStringExtensions.Function.CHAR_AT,
            CelStringExtensions.Function.INDEX_OF,
            CelStringExtensions.Function.LAST_INDEX_OF,
            CelStringExtensions.Function.LOWER_ASCII,
            CelStringExtensions.Function.UPPER_ASCII,
            CelStringExtensions.Function.SPLIT,
            CelStringExtensions.Function.SUBSTRING,
            CelStringExtensions.Function.TRIM);
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(options)
            .setStandardEnvironmentEnabled(false)
            .setStandardDeclarations(Library.standardDeclarations())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addFunctionDeclarations(library.declarations())
            .addLibraries(strings);
    Variables.NAMES.forEach(each -> builder.addVar(each, SimpleType.DYN));
    compiler = builder.build();
    runtime =
        CelRuntimeFactory.plannerRuntimeBuilder()
            .setOptions(options)
            .setStandardFunctions(Library.standardFunctions())
            .addFunctionBindings(library.bindings())
            .addLibraries(strings)
            .build();
  }

  /** Parses and checks; finds every fault that can be found before it runs. */
  CheckedExpression check(String source, Names names) {
    if (source.length() > Limits.EXPRESSION_CHARS_MAX) {
      return broken(
          Kind.TOO_COMPLEX,
          "Expected at most "
              + Limits.EXPRESSION_CHARS_MAX
              + " characters, but found "
              + source.length());
    }
    if (source.isBlank()) {
      return broken(Kind.SYNTAX, "Expected an expression, but found nothing");
    }
    try {
      return checkSized(source, names);
    } catch (StackOverflowError _) {
      // the parser recurses along the text before its tree can be measured
      return broken(Kind.TOO_COMPLEX, "Expected fewer nested or chained operators");
    }
  }

  private CheckedExpression checkSized(String source, Names names) {
    Typed typed = typed(source);
    CelAbstractSyntaxTree parsed = typed.parsed;
    if (parsed == null) {
      return new CheckedExpression(null, typed.faults, List.of(), false);
    }
    NameCheck walk = NameCheck.of(parsed, names);
    List<ExpressionFault> faults = new ArrayList<>(walk.faults());
    faults.addAll(typed.faults);
    return new CheckedExpression(
        faults.isEmpty() ? typed.checked : null, faults, walk.uses(), walk.loops());
  }

  /**
   * What parsing and type checking give; the same for every definition.
   *
   * @param parsed null when it does not parse
   * @param checked null when it has faults
   * @param faults of syntax or types
   */
  private record Typed(
      @Nullable CelAbstractSyntaxTree parsed,
      @Nullable CelAbstractSyntaxTree checked,
      List<ExpressionFault> faults) {}

  /** CEL's checker builds its environment anew each time, which takes longer than the checking. */
  private Typed typed(String source) {
    Typed known = checks.getIfPresent(source);
    if (known == null) {
      known = parsed(source);
      checks.put(source, known);
    }
    return known;
  }

  private Typed parsed(String source) {
    CelValidationResult parsed = compiler.parse(source);
    if (parsed.hasError()) {
      return new Typed(null, null, Issues.faults(parsed.getErrors(), source, Kind.SYNTAX));
    }
    CelAbstractSyntaxTree ast = ast(parsed);
    boolean checkable =
        NameCheck.of(ast, NO_NAMES).faults().stream()
            .noneMatch(each -> each.kind() == Kind.TOO_COMPLEX || each.kind() == Kind.FORBIDDEN);
    if (!checkable) {
      return new Typed(ast, null, List.of());
    }
    CelValidationResult checked = compiler.check(ast);
    return checked.hasError()
        ? new Typed(ast, null, Issues.faults(checked.getErrors(), source, Kind.TYPE))
        : new Typed(ast, ast(checked), List.of());
  }

  private static CelAbstractSyntaxTree ast(CelValidationResult result) {
    try {
      return result.getAst();
    } catch (CelValidationException e) {
      throw new IllegalStateException("A result without errors has a tree", e);
    }
  }

  private static CheckedExpression broken(Kind kind, String detail) {
    return new CheckedExpression(
        null, List.of(new ExpressionFault(kind, detail, 0)), List.of(), false);
  }

  /**
   * Makes a program.
   *
   * @throws IllegalArgumentException when the expression has faults
   */
  CelExpression compile(String source, Names names) {
    CelExpression known = programs.getIfPresent(source);
    if (known != null
        && known.uses().stream().allMatch(e -> names.nodeIds().contains(e.nodeId()))) {
      return known;
    }
    CheckedExpression checked = check(source, names);
    CelAbstractSyntaxTree ast = checked.ast();
    if (ast == null) {
      throw new IllegalArgumentException(
          "Expression \""
              + Text.shown(source, SHOWN_CHARS_MAX)
              + "\": "
              + checked.faults().getFirst().detail());
    }
    try {
      CelExpression made =
          new CelExpression(source, runtime.createProgram(ast), checked.uses(), checked.loops());
      programs.put(source, made);
      return made;
    } catch (CelEvaluationException e) {
      throw new IllegalStateException("A checked expression can be planned", e);
    }
  }
}
