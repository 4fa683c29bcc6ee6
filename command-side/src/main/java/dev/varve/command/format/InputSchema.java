package dev.varve.command.format;

import com.google.re2j.Pattern;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import com.networknt.schema.regex.RegularExpression;
import dev.varve.api.common.Limits;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.core.definition.InputCheck;
import dev.varve.command.expression.Regexes;
import dev.varve.command.expression.Text;
import dev.varve.web.json.Places;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Checks values against a JSON Schema of draft 2020-12. Nothing is ever fetched; regular
 * expressions are those of RE2, which take linear time. Thread safe.
 */
final class InputSchema implements InputCheck {
  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .locale(Locale.ENGLISH)
          .pathType(PathType.JSON_POINTER)
          .regularExpressionFactory(InputSchema::linear)
          .build();

  /** Keeps no schema by address: none in a definition has one. */
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12, builder -> builder.schemaRegistryConfig(CONFIG));

  private static final Schema META =
      REGISTRY.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

  private final Schema schema;

  private InputSchema(Schema schema) {
    this.schema = schema;
  }

  /**
   * Prepares {@code schema}, which {@link SchemaRules} found no fault in.
   *
   * @throws SchemaException when it is none
   */
  static InputSchema of(JsonNode schema) {
    Schema prepared = REGISTRY.getSchema(schema);
    prepared.initializeValidators();
    return new InputSchema(prepared);
  }

  private static RegularExpression linear(String regex) {
    Pattern pattern = Regexes.compile(regex);
    if (pattern == null) {
      throw new SchemaException("Not a regular expression of RE2");
    }
    return text -> pattern.matcher(text).find();
  }

  /** Checks a schema against the schema of schemas. */
  static List<Error> metaErrors(JsonNode schema) {
    return META.validate(schema);
  }

  /**
   * Uses the schema once.
   *
   * @throws SchemaException when a reference leads nowhere
   * @throws StackOverflowError when references go round in circles
   */
  void tryOut(JsonNode value) {
    schema.validate(WideNumbers.exact(value));
  }

  @Override
  public List<FieldError> check(JsonNode value) {
    List<FieldError> faults = new ArrayList<>();
    try {
      for (Error error : schema.validate(WideNumbers.exact(value))) {
        if (faults.size() < Limits.PROBLEMS_MAX) {
          faults.add(
              FieldError.of(RejectionCode.INPUT_SCHEMA.code(), pointer(error), detail(error)));
        }
      }
    } catch (StackOverflowError _) {
      faults.add(
          FieldError.of(
              RejectionCode.INPUT_SCHEMA.code(), "", "The schema refers to itself without end"));
    }
    return List.copyOf(faults);
  }

  /** Returns where the fault is; a missing member's place is where it would be. */
  static String pointer(Error error) {
    String at = error.getInstanceLocation().toString();
    String property = error.getProperty();
    boolean names =
        "required".equals(error.getKeyword()) || "additionalProperties".equals(error.getKeyword());
    return names && property != null ? at + "/" + Places.escaped(property) : at;
  }

  /** Returns the message without the place, which stands beside it. */
  static String detail(Error error) {
    return Text.shown(String.valueOf(error.getMessage()), 300);
  }
}
