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

/**
 * Compiles and checks CEL. Nothing of the host is reachable from an expression: no classes, no
 * methods, no time, no randomness. Thread safe.
 */
final class CelEngine {
  private static final int PROGRAMS_CACHED_MAX = 10_000;
  private static final int SHOWN_CHARS_MAX = 300;

  private final CelCompiler compiler;
  private final CelRuntime runtime;
  private final Cache<String, CelExpression> programs =
      Caffeine.newBuilder().maximumSize(PROGRAMS_CACHED_MAX).build();

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
    CelValidationResult parsed = compiler.parse(source);
    if (parsed.hasError()) {
      return faulty(parsed, source, List.of(), Kind.SYNTAX);
    }
    CelAbstractSyntaxTree ast = ast(parsed);
    NameCheck walk = NameCheck.of(ast, names);
    boolean checkable =
        walk.faults().stream()
            .noneMatch(each -> each.kind() == Kind.TOO_COMPLEX || each.kind() == Kind.FORBIDDEN);
    if (!checkable) {
      return new CheckedExpression(null, walk.faults(), walk.uses(), walk.loops());
    }
    CelValidationResult checked = compiler.check(ast);
    if (checked.hasError()) {
      CheckedExpression typed = faulty(checked, source, walk.faults(), Kind.TYPE);
      return new CheckedExpression(null, typed.faults(), walk.uses(), walk.loops());
    }
    CelAbstractSyntaxTree result = walk.faults().isEmpty() ? ast(checked) : null;
    return new CheckedExpression(result, walk.faults(), walk.uses(), walk.loops());
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

  private static CheckedExpression faulty(
      CelValidationResult result, String source, List<ExpressionFault> before, Kind kind) {
    List<ExpressionFault> faults = new ArrayList<>(before);
    faults.addAll(Issues.faults(result.getErrors(), source, kind));
    if (faults.isEmpty()) {
      faults.add(new ExpressionFault(kind, "Expected an expression", 0));
    }
    return new CheckedExpression(null, faults, List.of(), false);
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
