package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

class JsonSizeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-1",
        "9",
        "10",
        "-2147483648",
        "12345678901",
        "1.5",
        "\"\"",
        "\"plain\"",
        "\"quote \\\" slash \\\\ line \\n \\r \\t \\b \\f bell \\u0007\"",
        "\"é ü € 漢\"",
        "\"\uD83D\uDE00\"",
        "{}",
        "[]",
        "[1]",
        "[1,2,[3,{\"a\":[]}]]",
        "{\"a\":1,\"b\":{\"c\":\"d\"},\"e\":[null]}"
      })
  void the_size_is_that_of_the_written_text(String text) {
    JsonNode value = JsonMapper.shared().readTree(text);

    assertThat(JsonSize.of(value, Long.MAX_VALUE))
        .isEqualTo(value.toString().getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void counting_stops_soon_after_the_limit() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 100; i++) {
      array.addArray().add("0123456789");
    }

    assertThat(JsonSize.of(array, 300)).isGreaterThan(300).isLessThan(400);
  }

  @Test
  void deep_nesting_is_no_danger() {
    ArrayNode root = JsonNodeFactory.instance.arrayNode();
    ArrayNode inner = root;
    for (int i = 0; i < 100_000; i++) {
      inner = inner.addArray();
    }

    assertThat(JsonSize.of(root, Long.MAX_VALUE)).isEqualTo(200_002);
  }

  @Test
  void bytes_count_as_their_text() {
    assertThat(JsonSize.of(JsonNodeFactory.instance.binaryNode(new byte[] {1, 2, 3}), 100))
        .isEqualTo(6);
  }
}
