package dev.varve.command.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.varve.api.rejection.FieldError;
import dev.varve.command.format.Corpus.Bad;
import dev.varve.web.json.Reading;
import dev.varve.web.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published schema says what the parser says, as far as a schema can. */
class PublishedSchemaTest {
  /** Faults that every document with them must have for the schema too. */
  private static final Set<String> STRUCTURE =
      Set.of(
          "field.unknown",
          "field.type",
          "field.required",
          "field.enum",
          "field.conflict",
          "definition.unsupported",
          "definition.node-type",
          "definition.edge-condition",
          "name.charset",
          "id.charset",
          "id.reserved",
          "retry.unbounded");

  private static final Schema SCHEMA = schema();

  private static Schema schema() {
    try (InputStream in =
        Objects.requireNonNull(
            DefinitionParser.class.getResourceAsStream("/dev/varve/definition.schema.json"))) {
      JsonNode schema =
          JsonMapper.builder()
              .build()
              .readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Path> samples() {
    return Samples.files().stream();
  }

  /** A method may be an expression, so the list of methods is the parser's to check. */
  private static Stream<Bad> readable() {
    return Corpus.read().stream()
        .filter(bad -> document(bad) != null && !bad.title().startsWith("a method that is none"));
  }

  static Stream<Bad> structural() {
    return readable()
        .filter(bad -> bad.expected().stream().anyMatch(PublishedSchemaTest::isStructural));
  }

  static Stream<Bad> fitting() {
    return readable()
        .filter(bad -> SCHEMA.validate(Objects.requireNonNull(document(bad))).isEmpty());
  }

  private static boolean isStructural(String expected) {
    return STRUCTURE.contains(expected.substring(0, expected.indexOf(' ')));
  }

  private static @Nullable JsonNode document(Bad bad) {
    Reading reading =
        bad.format() == Format.JSON ? StrictJson.read(bad.text()) : YamlReader.read(bad.text());
    return reading instanceof Reading.Read(JsonNode value) ? value : null;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void every_sample_fits_the_schema(Path sample) throws IOException {
    JsonNode document = Parsed.valid(Files.readString(sample), Format.YAML).document();

    assertThat(SCHEMA.validate(document)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("structural")
  void what_is_structurally_wrong_for_the_parser_is_wrong_for_the_schema(Bad bad) {
    assertThat(SCHEMA.validate(Objects.requireNonNull(document(bad)))).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("fitting")
  void what_fits_the_schema_has_no_structural_faults_for_the_parser(Bad bad) {
    assertThat(Parsed.faults(bad.text(), bad.format()))
        .isNotEmpty()
        .extracting(FieldError::code)
        .doesNotContainAnyElementsOf(STRUCTURE);
  }
}
