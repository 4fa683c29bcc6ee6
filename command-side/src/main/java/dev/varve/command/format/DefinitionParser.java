package dev.varve.command.format;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.Definition;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.core.definition.GraphRules;
import dev.varve.command.expression.CelExpressions;
import dev.varve.web.json.Places;
import dev.varve.web.json.Reading;
import dev.varve.web.json.StrictJson;
import dev.varve.web.json.StrictText;
import java.util.Collection;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Reads definition documents. Everything wrong in a document is reported at once, at most {@code
 * Limits.PROBLEMS_MAX}; only what cannot be read at all (syntax, encoding, unsafe YAML) ends at the
 * first fault. Thread safe.
 */
public final class DefinitionParser {
  private final CelExpressions expressions;

  /** Makes a parser that checks expressions with {@code expressions}. */
  public DefinitionParser(CelExpressions expressions) {
    this.expressions = expressions;
  }

  /**
   * Reads {@code body}, at most {@code Limits.DEFINITION_BYTES_MAX} of UTF-8.
   *
   * @return the definition, or a rejection: {@code definition.invalid} with codes of {@link
   *     DefinitionProblem}, or {@code json.*}, {@code yaml.unsafe}, {@code text.nul}, {@code
   *     request.too-large}
   */
  public Parsing parse(byte[] body, Format format) {
    return switch (StrictText.decode(body, Limits.DEFINITION_BYTES_MAX)) {
      case StrictText.Undecodable(Reading.Refused refused) ->
          new Parsing.Invalid(refused.rejection());
      case StrictText.Decoded(String text) -> parse(text, format);
    };
  }

  private Parsing parse(String text, Format format) {
    Reading reading =
        switch (format) {
          case JSON -> StrictJson.read(text);
          case YAML -> YamlReader.read(text);
        };
    return switch (reading) {
      case Reading.Refused refused -> new Parsing.Invalid(refused.rejection());
      case Reading.Read(JsonNode document) -> parse(document, text, format);
    };
  }

  private Parsing parse(JsonNode document, String text, Format format) {
    Faults faults = new Faults();
    Draft draft = DocumentReader.read(document, faults);
    if (draft != null) {
      graph(draft, faults);
      ExpressionRules.check(draft, expressions, faults);
      JsonNode input = draft.definition().input();
      if (input != null) {
        SchemaRules.check(input, "/input", faults);
      }
    }
    if (draft == null || !faults.isEmpty()) {
      return invalid(faults.located(text, pointers -> places(text, format, pointers)));
    }
    JsonNode canonical = CanonicalJson.of(document);
    return new Parsing.Valid(
        new ParsedDefinition(
            draft.definition(), canonical, CanonicalJson.hash(canonical), text, format));
  }

  /** The graph's rules count edges that could be read; the document counts them all. */
  private static void graph(Draft draft, Faults faults) {
    Definition definition = draft.definition();
    boolean complete = !faults.within("/nodes") && !faults.within("/edges");
    for (FieldError error : GraphRules.check(definition)) {
      boolean certain = complete || !error.code().equals(DefinitionProblem.JOIN.code());
      boolean known =
          error.code().equals(DefinitionProblem.NO_ENTRY.code()) && faults.within("/nodes");
      if (certain && !known) {
        faults.add(error.code(), original(error.pointer(), draft), error.detail());
      }
    }
  }

  private static String original(String pointer, Draft draft) {
    if (!pointer.startsWith("/edges/")) {
      return pointer;
    }
    int end = pointer.indexOf('/', "/edges/".length());
    String index = pointer.substring("/edges/".length(), end < 0 ? pointer.length() : end);
    int place = draft.edgeIndexes().get(Integer.parseInt(index));
    return "/edges/" + place + (end < 0 ? "" : pointer.substring(end));
  }

  private static Places places(String text, Format format, Collection<String> pointers) {
    return switch (format) {
      case JSON -> StrictJson.places(text, pointers);
      case YAML -> YamlReader.places(text, pointers);
    };
  }

  private static Parsing invalid(List<FieldError> errors) {
    String detail =
        errors.size() == 1
            ? errors.getFirst().detail()
            : "Expected a definition, but found " + errors.size() + " faults in it";
    return new Parsing.Invalid(Rejection.of(RejectionCode.DEFINITION_INVALID, detail, errors));
  }

  /**
   * Reads a canonical document that was published before.
   *
   * @throws IllegalArgumentException when it has faults: it was published by another release
   */
  Definition published(JsonNode document) {
    Faults faults = new Faults();
    Draft draft = DocumentReader.read(document, faults);
    if (draft == null || !faults.isEmpty()) {
      throw new IllegalArgumentException("A published document can be read");
    }
    return draft.definition();
  }
}
