package dev.varve.command.format;

import dev.varve.api.common.Limits;
import dev.varve.api.rejection.FieldError;
import dev.varve.command.expression.Text;
import dev.varve.web.json.Place;
import dev.varve.web.json.Places;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects everything that is wrong with one document. */
final class Faults {
  private static final int DETAIL_CHARS_MAX = 600;

  private final List<Fault> faults = new ArrayList<>();

  private record Fault(
      String code, String pointer, String detail, boolean atName, @Nullable Inside inside) {}

  /**
   * A place inside a text.
   *
   * @param text the whole text
   * @param offset in characters
   */
  private record Inside(String text, int offset) {}

  /** Reports a fault of the value behind {@code pointer}. */
  void add(DefinitionProblem problem, String pointer, String detail) {
    add(problem.code(), pointer, detail);
  }

  /** Reports a fault of the value behind {@code pointer}. */
  void add(String code, String pointer, String detail) {
    keep(new Fault(code, pointer, detail, false, null));
  }

  /** Reports a fault of the name of the member behind {@code pointer}. */
  void addName(DefinitionProblem problem, String pointer, String detail) {
    keep(new Fault(problem.code(), pointer, detail, true, null));
  }

  /** Reports a fault inside the text behind {@code pointer}. */
  void addInside(
      DefinitionProblem problem, String pointer, String detail, String text, int offset) {
    keep(new Fault(problem.code(), pointer, detail, false, new Inside(text, offset)));
  }

  private void keep(Fault fault) {
    if (!full()) {
      // a message may quote what was posted, which may be as large as a document
      String detail = Text.shown(fault.detail, DETAIL_CHARS_MAX);
      faults.add(new Fault(fault.code, fault.pointer, detail, fault.atName, fault.inside));
    }
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  /** Tells whether nothing more will be kept. */
  boolean full() {
    return faults.size() >= Limits.PROBLEMS_MAX;
  }

  /** Tells whether something is wrong at or inside {@code pointer}. */
  boolean within(String pointer) {
    return faults.stream()
        .anyMatch(each -> each.pointer.equals(pointer) || each.pointer.startsWith(pointer + "/"));
  }

  /**
   * Returns the faults in the order of the document.
   *
   * @param source the document as posted
   * @param places finds where pointers lead
   */
  List<FieldError> located(String source, Function<Collection<String>, Places> places) {
    Places found = places.apply(faults.stream().map(Fault::pointer).toList());
    List<FieldError> errors = new ArrayList<>();
    for (Fault fault : faults) {
      Place place = fault.atName ? found.name(fault.pointer) : found.value(fault.pointer);
      if (place == null) {
        errors.add(FieldError.of(fault.code, fault.pointer, fault.detail));
      } else {
        int column = place.column() + shift(fault.inside, source, place.offset());
        errors.add(new FieldError(fault.code, fault.pointer, fault.detail, place.line(), column));
      }
    }
    errors.sort(
        Comparator.comparingInt(Faults::line)
            .thenComparingInt(Faults::column)
            .thenComparing(FieldError::pointer));
    return List.copyOf(errors);
  }

  private static int line(FieldError error) {
    Integer line = error.line();
    return line == null ? 0 : line;
  }

  private static int column(FieldError error) {
    Integer column = error.column();
    return column == null ? 0 : column;
  }

  /** A text that stands in the source as it is lets a column point into it. */
  private static int shift(@Nullable Inside inside, String source, int offset) {
    if (inside == null || offset >= source.length()) {
      return 0;
    }
    char first = source.charAt(offset);
    int quote = first == '"' || first == '\'' ? 1 : 0;
    String before = inside.text.substring(0, Math.min(inside.offset, inside.text.length()));
    boolean verbatim = source.startsWith(before, offset + quote) && before.indexOf('\n') < 0;
    return verbatim ? quote + before.length() : 0;
  }
}
