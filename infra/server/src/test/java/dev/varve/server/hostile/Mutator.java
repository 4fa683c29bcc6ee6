package dev.varve.server.hostile;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One way to spoil a place of a document.
 *
 * @param name for messages
 * @param verdict what must come of it
 * @param apply gives the spoilt document's text; null where it does not apply
 */
record Mutator(String name, Verdict verdict, BiFunction<JsonNode, String, @Nullable String> apply) {
  /** What must come of a mutation. */
  sealed interface Verdict {
    /** It breaks no rule of the notation: accepted or refused, as the document's meaning has it. */
    record Either() implements Verdict {}

    /** It changes nothing that matters. */
    record Legal() implements Verdict {}

    /**
     * It can never be accepted.
     *
     * @param code what the problem must say
     */
    record Refused(String code) implements Verdict {}
  }

  static Mutator either(String name, BiFunction<JsonNode, String, @Nullable String> apply) {
    return new Mutator(name, new Verdict.Either(), apply);
  }

  static Mutator legal(String name, BiFunction<JsonNode, String, @Nullable String> apply) {
    return new Mutator(name, new Verdict.Legal(), apply);
  }

  static Mutator refused(
      String name, String code, BiFunction<JsonNode, String, @Nullable String> apply) {
    return new Mutator(name, new Verdict.Refused(code), apply);
  }

  /** Puts {@code raw} in the place of the value. */
  static BiFunction<JsonNode, String, @Nullable String> raw(String raw) {
    return (document, pointer) -> Documents.with(document, pointer, raw);
  }
}
