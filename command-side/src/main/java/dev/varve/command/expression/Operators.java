package dev.varve.command.expression;

import dev.cel.common.exceptions.CelInvalidArgumentException;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operators do with numbers and the rest. An int is 64 bits; an int meets a double as the
 * nearest double in arithmetic and exactly in comparisons; overflow, division by zero, NaN and
 * infinity are errors.
 */
final class Operators {
  private Operators() {}

  /** {@code a + b}: numbers, texts, lists, bytes, instants and durations. */
  static Object add(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return exact("+", x, y, Math::addExact);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return finite(x.doubleValue() + y.doubleValue());
    }
    if (a instanceof String x && b instanceof String y) {
      Budget.allocate((long) x.length() + y.length());
      return x.concat(y);
    }
    if (a instanceof Collection<?> x && b instanceof Collection<?> y) {
      return ListView.concat(x, y);
    }
    if (a instanceof CelByteString x && b instanceof CelByteString y) {
      Budget.allocate((long) x.size() + y.size());
      return x.concat(y);
    }
    return timeSum(a, b);
  }

  private static Object timeSum(Object a, Object b) {
    try {
      if (a instanceof Instant x && b instanceof Duration y) {
        return x.plus(y);
      }
      if (a instanceof Duration x && b instanceof Instant y) {
        return y.plus(x);
      }
      if (a instanceof Duration x && b instanceof Duration y) {
        return x.plus(y);
      }
    } catch (ArithmeticException | DateTimeException _) {
      throw error("'+' leaves the range of times");
    }
    throw mismatch("+", "two numbers, two texts or two lists", a, b);
  }

  /** {@code a - b}: numbers, instants and durations. */
  static Object subtract(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return exact("-", x, y, Math::subtractExact);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return finite(x.doubleValue() - y.doubleValue());
    }
    try {
      if (a instanceof Instant x && b instanceof Instant y) {
        return Duration.between(y, x);
      }
      if (a instanceof Instant x && b instanceof Duration y) {
        return x.minus(y);
      }
      if (a instanceof Duration x && b instanceof Duration y) {
        return x.minus(y);
      }
    } catch (ArithmeticException | DateTimeException _) {
      throw error("'-' leaves the range of times");
    }
    throw mismatch("-", "two numbers", a, b);
  }

  /** {@code a * b}. */
  static Object multiply(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return exact("*", x, y, Math::multiplyExact);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return finite(x.doubleValue() * y.doubleValue());
    }
    throw mismatch("*", "two numbers", a, b);
  }

  /** {@code a / b}; two ints give an int, cut towards zero. */
  static Object divide(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      if (y == 0) {
        throw error("division by zero");
      }
      return exact("/", x, y, Math::divideExact);
    }
    if (a instanceof Number x && b instanceof Number y) {
      if (y.doubleValue() == 0) {
        throw error("division by zero");
      }
      return finite(x.doubleValue() / y.doubleValue());
    }
    throw mismatch("/", "two numbers", a, b);
  }

  /** {@code a % b}; the sign is that of {@code a}. */
  static Object modulo(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      if (y.doubleValue() == 0) {
        throw error("division by zero");
      }
      if (a instanceof Long whole && b instanceof Long by) {
        return whole % by;
      }
      return finite(x.doubleValue() % y.doubleValue());
    }
    throw mismatch("%", "two numbers", a, b);
  }

  /** {@code -a}. */
  static Object negate(Object a) {
    return switch (a) {
      case Long x -> exact("-", 0, x, Math::subtractExact);
      case Double x -> -x;
      default -> throw error("'-' needs a number, but got " + typeName(a));
    };
  }

  /** Compares for {@code < <= > >=}: numbers, texts, instants, durations. */
  static int compare(String operator, Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return compareNumbers(x, y);
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    if (a instanceof Instant x && b instanceof Instant y) {
      return x.compareTo(y);
    }
    if (a instanceof Duration x && b instanceof Duration y) {
      return x.compareTo(y);
    }
    throw mismatch(operator, "two numbers or two texts", a, b);
  }

  private static int compareNumbers(Number a, Number b) {
    if (a instanceof Double x && b instanceof Double y) {
      // -0.0 and 0.0 are the same number
      return x < y ? -1 : x > y ? 1 : 0;
    }
    return exactValue(a).compareTo(exactValue(b));
  }

  private static BigDecimal exactValue(Number number) {
    return switch (number) {
      case Double x -> new BigDecimal(finite(x));
      default -> BigDecimal.valueOf(number.longValue());
    };
  }

  /**
   * {@code a == b}: numbers by value, objects and lists by content; values of different types
   * differ.
   */
  static boolean equal(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return x.longValue() == y.longValue();
    }
    if (a instanceof Number x && b instanceof Number y) {
      return compareNumbers(x, y) == 0;
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return equalMaps(x, y);
    }
    if (a instanceof Collection<?> x && b instanceof Collection<?> y) {
      return equalLists(x, y);
    }
    return a != null && a.equals(b);
  }

  private static boolean equalMaps(Map<?, ?> a, Map<?, ?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<?, ?> each : a.entrySet()) {
      Object other = b.get(each.getKey());
      if (other == null || !equal(each.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalLists(Collection<?> a, Collection<?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    Iterator<?> others = b.iterator();
    for (Object each : a) {
      if (!equal(each, others.next())) {
        return false;
      }
    }
    return true;
  }

  /** {@code value in container}: an element of a list, a member name of an object. */
  static boolean in(Object value, Object container) {
    return switch (container) {
      case Map<?, ?> map -> map.containsKey(value);
      case Collection<?> list -> {
        for (Object each : list) {
          if (equal(each, value)) {
            yield true;
          }
        }
        yield false;
      }
      default -> throw error("'in' needs a list or an object, but got " + typeName(container));
    };
  }

  /** Returns {@code value} unless it is NaN or infinite. */
  static double finite(double value) {
    if (Double.isFinite(value)) {
      return value;
    }
    throw error(Double.isNaN(value) ? "the result is no number" : "the result is infinite");
  }

  /** Returns what kind of value it is, in the words of the format. */
  static String typeName(@Nullable Object value) {
    return switch (value) {
      case Long _ -> "int";
      case Double _ -> "double";
      case String _ -> "text";
      case Boolean _ -> "bool";
      case NullValue _ -> "null";
      case Map<?, ?> _ -> "object";
      case Collection<?> _ -> "list";
      case Instant _ -> "timestamp";
      case Duration _ -> "duration";
      case CelByteString _ -> "bytes";
      case null, default -> "type";
    };
  }

  private interface LongOperation {
    long apply(long a, long b);
  }

  private static Object exact(String operator, long a, long b, LongOperation operation) {
    try {
      return operation.apply(a, b);
    } catch (ArithmeticException _) {
      throw error("'" + operator + "' leaves the range of 64-bit integers");
    }
  }

  static CelInvalidArgumentException error(String message) {
    return new CelInvalidArgumentException(message);
  }

  private static CelInvalidArgumentException mismatch(
      String operator, String expected, Object a, Object b) {
    return error(
        "'"
            + operator
            + "' needs "
            + expected
            + ", but got "
            + typeName(a)
            + " and "
            + typeName(b));
  }
}
