package dev.varve.command.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.rejection.FieldError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InputSchemaTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final InputSchema SCHEMA =
      InputSchema.of(
          JSON.readTree(
              """
              {"type": "object", "properties": {
                "n": {"type": "array", "items": {"type": "integer", "minimum": -5, "maximum": 100}}}}
              """));

  @ParameterizedTest
  @ValueSource(strings = {"1e308", "-1e308", "1e19", "9223372036854775808", "-9.3e18", "101"})
  void a_number_beyond_the_bounds_is_a_fault_at_its_place_however_wide_it_is(String number) {
    assertThat(SCHEMA.check(input(number))).extracting(FieldError::pointer).containsExactly("/n/1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"100", "-5", "7.0", "1e2"})
  void a_number_within_the_bounds_is_none(String number) {
    assertThat(SCHEMA.check(input(number))).isEmpty();
  }

  private static JsonNode input(String number) {
    return JSON.readTree("{\"n\": [1, " + number + "]}");
  }
}
