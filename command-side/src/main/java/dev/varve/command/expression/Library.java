package dev.varve.command.expression;

import com.google.re2j.Pattern;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelStandardFunctions;
import dev.varve.api.common.Limits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * The functions an expression may call: CEL's own, with Varve's arithmetic, comparisons, text forms
 * and budgets in place of the standard ones, and without unsigned numbers.
 */
final class Library {
  private static final CelType INT = SimpleType.INT;
  private static final CelType DOUBLE = SimpleType.DOUBLE;
  private static final CelType STRING = SimpleType.STRING;
  private static final CelType DYN = SimpleType.DYN;
  private static final CelType BOOL = SimpleType.BOOL;
  private static final CelType TIMESTAMP = SimpleType.TIMESTAMP;
  private static final CelType DURATION = SimpleType.DURATION;
  private static final TypeParamType A = TypeParamType.create("A");

  private final List<CelFunctionDecl> declarations = new ArrayList<>();
  private final List<CelFunctionBinding> bindings = new ArrayList<>();

  /** Makes the library. */
  Library() {
    arithmetic();
    comparisons();
    equality();
    conversions();
    texts();
  }

  /** Returns what the compiler must know beside the standard declarations. */
  List<CelFunctionDecl> declarations() {
    return List.copyOf(declarations);
  }

  /** Returns what the runtime must know beside the standard functions. */
  List<CelFunctionBinding> bindings() {
    return List.copyOf(bindings);
  }

  /** Returns the standard declarations that are left as they are. */
  static CelStandardDeclarations standardDeclarations() {
    return CelStandardDeclarations.newBuilder()
        .excludeFunctions(
            StandardFunction.ADD,
            StandardFunction.SUBTRACT,
            StandardFunction.MULTIPLY,
            StandardFunction.DIVIDE,
            StandardFunction.MODULO,
            StandardFunction.NEGATE,
            StandardFunction.LESS,
            StandardFunction.LESS_EQUALS,
            StandardFunction.GREATER,
            StandardFunction.GREATER_EQUALS,
            StandardFunction.EQUALS,
            StandardFunction.NOT_EQUALS,
            StandardFunction.IN,
            StandardFunction.STRING,
            StandardFunction.DOUBLE,
            StandardFunction.UINT,
            StandardFunction.MATCHES)
        .build();
  }

  /** Returns the standard functions that are left as they are. */
  static CelStandardFunctions standardFunctions() {
    return CelStandardFunctions.newBuilder()
        .excludeFunctions(
            CelStandardFunctions.StandardFunction.ADD,
            CelStandardFunctions.StandardFunction.SUBTRACT,
            CelStandardFunctions.StandardFunction.MULTIPLY,
            CelStandardFunctions.StandardFunction.DIVIDE,
            CelStandardFunctions.StandardFunction.MODULO,
            CelStandardFunctions.StandardFunction.NEGATE,
            CelStandardFunctions.StandardFunction.LESS,
            CelStandardFunctions.StandardFunction.LESS_EQUALS,
            CelStandardFunctions.StandardFunction.GREATER,
            CelStandardFunctions.StandardFunction.GREATER_EQUALS,
            CelStandardFunctions.StandardFunction.EQUALS,
            CelStandardFunctions.StandardFunction.NOT_EQUALS,
            CelStandardFunctions.StandardFunction.IN,
            CelStandardFunctions.StandardFunction.STRING,
            CelStandardFunctions.StandardFunction.DOUBLE,
            CelStandardFunctions.StandardFunction.UINT,
            CelStandardFunctions.StandardFunction.MATCHES)
        .build();
  }

  private void arithmetic() {
    List<CelOverloadDecl> sums = numeric("add");
    sums.add(binary("add_string", STRING, STRING, STRING));
    sums.add(binary("add_bytes", SimpleType.BYTES, SimpleType.BYTES, SimpleType.BYTES));
    sums.add(binary("add_list", ListType.create(A), ListType.create(A), ListType.create(A)));
    sums.add(binary("add_timestamp_duration", TIMESTAMP, TIMESTAMP, DURATION));
    sums.add(binary("add_duration_timestamp", TIMESTAMP, DURATION, TIMESTAMP));
    sums.add(binary("add_duration_duration", DURATION, DURATION, DURATION));
    binary("_+_", sums, Operators::add);
    List<CelOverloadDecl> differences = numeric("subtract");
    differences.add(binary("subtract_timestamp_timestamp", DURATION, TIMESTAMP, TIMESTAMP));
    differences.add(binary("subtract_timestamp_duration", TIMESTAMP, TIMESTAMP, DURATION));
    differences.add(binary("subtract_duration_duration", DURATION, DURATION, DURATION));
    binary("_-_", differences, Operators::subtract);
    binary("_*_", numeric("multiply"), Operators::multiply);
    binary("_/_", numeric("divide"), Operators::divide);
    binary("_%_", numeric("modulo"), Operators::modulo);
    unary(
        "-_",
        List.of(
            CelOverloadDecl.newGlobalOverload("negate_int64", INT, INT),
            CelOverloadDecl.newGlobalOverload("negate_double", DOUBLE, DOUBLE)),
        Operators::negate);
  }

  private static List<CelOverloadDecl> numeric(String name) {
    List<CelOverloadDecl> overloads = new ArrayList<>();
    overloads.add(binary(name + "_int64", INT, INT, INT));
    overloads.add(binary(name + "_double", DOUBLE, DOUBLE, DOUBLE));
    overloads.add(binary(name + "_int64_double", DOUBLE, INT, DOUBLE));
    overloads.add(binary(name + "_double_int64", DOUBLE, DOUBLE, INT));
    return overloads;
  }

  private void comparisons() {
    binary("_<_", ordered("less"), (a, b) -> Operators.compare("<", a, b) < 0);
    binary("_<=_", ordered("less_equals"), (a, b) -> Operators.compare("<=", a, b) <= 0);
    binary("_>_", ordered("greater"), (a, b) -> Operators.compare(">", a, b) > 0);
    binary("_>=_", ordered("greater_equals"), (a, b) -> Operators.compare(">=", a, b) >= 0);
  }

  private static List<CelOverloadDecl> ordered(String name) {
    return List.of(
        binary(name + "_int64", BOOL, INT, INT),
        binary(name + "_double", BOOL, DOUBLE, DOUBLE),
        binary(name + "_int64_double", BOOL, INT, DOUBLE),
        binary(name + "_double_int64", BOOL, DOUBLE, INT),
        binary(name + "_string", BOOL, STRING, STRING),
        binary(name + "_timestamp", BOOL, TIMESTAMP, TIMESTAMP),
        binary(name + "_duration", BOOL, DURATION, DURATION));
  }

  private void equality() {
    // any two values can be compared, those of different types differ
    binary("_==_", List.of(binary("equals", BOOL, DYN, DYN)), Operators::equal);
    binary("_!=_", List.of(binary("not_equals", BOOL, DYN, DYN)), (a, b) -> !Operators.equal(a, b));
    binary(
        "@in",
        List.of(
            binary("in_list", BOOL, DYN, ListType.create(DYN)),
            binary("in_map", BOOL, DYN, MapType.create(DYN, DYN))),
        Operators::in);
  }

  private void conversions() {
    unary(
        "string",
        List.of(
            CelOverloadDecl.newGlobalOverload("string_to_string", STRING, STRING),
            CelOverloadDecl.newGlobalOverload("int64_to_string", STRING, INT),
            CelOverloadDecl.newGlobalOverload("double_to_string", STRING, DOUBLE),
            CelOverloadDecl.newGlobalOverload("bool_to_string", STRING, BOOL),
            CelOverloadDecl.newGlobalOverload("bytes_to_string", STRING, SimpleType.BYTES),
            CelOverloadDecl.newGlobalOverload("timestamp_to_string", STRING, TIMESTAMP),
            CelOverloadDecl.newGlobalOverload("duration_to_string", STRING, DURATION)),
        Library::toText);
    unary(
        "double",
        List.of(
            CelOverloadDecl.newGlobalOverload("double_to_double", DOUBLE, DOUBLE),
            CelOverloadDecl.newGlobalOverload("int64_to_double", DOUBLE, INT),
            CelOverloadDecl.newGlobalOverload("string_to_double", DOUBLE, STRING)),
        Library::toDouble);
  }

  private static Object toText(Object value) {
    return switch (value) {
      case CelByteString bytes when bytes.isValidUtf8() -> bytes.toStringUtf8();
      case CelByteString _ -> throw Operators.error("the bytes are no UTF-8 text");
      case java.util.Map<?, ?> _ -> throw noText(value);
      case Collection<?> _ -> throw noText(value);
      case dev.cel.common.values.NullValue _ -> throw noText(value);
      default -> value.toString();
    };
  }

  private static RuntimeException noText(Object value) {
    return Operators.error("string() needs a simple value, but got " + Operators.typeName(value));
  }

  private static Object toDouble(Object value) {
    return switch (value) {
      case Number number -> Operators.finite(number.doubleValue());
      case String text -> {
        try {
          yield Operators.finite(Double.parseDouble(text));
        } catch (NumberFormatException _) {
          throw Operators.error("double() needs a number, but got other text");
        }
      }
      default ->
          throw Operators.error("double() needs a number, but got " + Operators.typeName(value));
    };
  }

  private void texts() {
    binary(
        "matches",
        List.of(
            binary("matches", BOOL, STRING, STRING),
            CelOverloadDecl.newMemberOverload("matches_string", BOOL, STRING, STRING)),
        Library::matches);
    binary(
        "join",
        List.of(
            CelOverloadDecl.newMemberOverload(
                "list_join_string", STRING, ListType.create(STRING), STRING)),
        Library::join);
  }

  private static Object matches(Object text, Object pattern) {
    if (!(text instanceof String value) || !(pattern instanceof String regex)) {
      throw Operators.error(
          "matches() needs two texts, but got "
              + Operators.typeName(text)
              + " and "
              + Operators.typeName(pattern));
    }
    if (value.length() > Limits.REGEX_TEXT_CHARS_MAX) {
      throw Operators.error(
          "matches() takes at most " + Limits.REGEX_TEXT_CHARS_MAX + " characters of text");
    }
    Budget.allocate(regex.length());
    return pattern(regex).matcher(value).find();
  }

  private static Pattern pattern(String regex) {
    Pattern pattern = Regexes.compile(regex);
    if (pattern == null) {
      throw Operators.error("matches() needs a regular expression of RE2 of bounded size");
    }
    return pattern;
  }

  private static Object join(Object list, Object separator) {
    if (!(list instanceof Collection<?> parts) || !(separator instanceof String between)) {
      throw Operators.error("join() needs a list of texts and a separator");
    }
    StringBuilder joined = new StringBuilder();
    boolean first = true;
    for (Object each : parts) {
      if (!(each instanceof String text)) {
        throw Operators.error("join() needs texts, but got " + Operators.typeName(each));
      }
      Budget.allocate((long) text.length() + between.length());
      joined.append(first ? "" : between).append(text);
      first = false;
    }
    return joined.toString();
  }

  private static CelOverloadDecl binary(String id, CelType result, CelType a, CelType b) {
    return CelOverloadDecl.newGlobalOverload(id, result, a, b);
  }

  /** One implementation serves all overloads: it looks at the values, which dyn hides anyway. */
  @SuppressWarnings("Immutable") // every implementation is a static method
  private void binary(
      String function, List<CelOverloadDecl> overloads, BinaryOperator<Object> implementation) {
    declarations.add(CelFunctionDecl.newFunctionDeclaration(function, overloads));
    for (String id : ids(function, overloads)) {
      bindings.add(CelFunctionBinding.from(id, Object.class, Object.class, implementation::apply));
    }
  }

  @SuppressWarnings("Immutable") // every implementation is a static method
  private void unary(
      String function, List<CelOverloadDecl> overloads, UnaryOperator<Object> implementation) {
    declarations.add(CelFunctionDecl.newFunctionDeclaration(function, overloads));
    for (String id : ids(function, overloads)) {
      bindings.add(CelFunctionBinding.from(id, Object.class, implementation::apply));
    }
  }

  /** CEL looks up the overload where the checker found one, else the function's name. */
  private static List<String> ids(String function, List<CelOverloadDecl> overloads) {
    List<String> ids = new ArrayList<>();
    ids.add(function);
    for (CelOverloadDecl each : overloads) {
      if (!ids.contains(each.overloadId())) {
        ids.add(each.overloadId());
      }
    }
    return ids;
  }
}
