package dev.varve.web.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.Limits;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class StrictJsonTest {
  private static Rejection refused(byte[] body) {
    Reading reading = StrictJson.read(body, Limits.REQUEST_BYTES_MAX);
    assertThat(reading).isInstanceOf(Reading.Refused.class);
    return ((Reading.Refused) reading).rejection();
  }

  private static JsonNode read(String text) {
    return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|json.malformed|``|1|1",
        "` `|json.malformed|``|1|1",
        "`{`|json.malformed|``|1|2",
        "`{\"a\":1,}`|json.malformed|``|1|8",
        "`{\"a\":1} 2`|json.malformed|``|1|9",
        "`[1] // x`|json.malformed|``|1|5",
        "`{a:1}`|json.malformed|``|1|2",
        "`[tru]`|json.malformed|`/0`|1|2",
        "`[01]`|json.malformed|`/0`|1|3",
        "`{\"a\":1,\"a\":2}`|json.duplicate-key|`/a`|1|8",
        "`{\"b\":{\"x/y\":1,\"x/y\":2}}`|json.duplicate-key|`/b/x~1y`|1|15",
        "`{\"b\":[1,NaN]}`|json.number-range|`/b/1`|1|9",
        "`[Infinity]`|json.number-range|`/0`|1|2",
        "`[-INF]`|json.number-range|`/0`|1|2",
        "`[1e400]`|json.number-range|`/0`|1|2",
        "`[1E-10000000]`|json.number-range|`/0`|1|2",
        "`[\"\\u0000\"]`|text.nul|`/0`|1|2",
        "`{\"\\u0000\":1}`|text.nul|`/\u0000`|1|2",
        "`[\"\\ud800\"]`|json.encoding|`/0`|1|2",
        "`[\"\\udc00\\ud800\"]`|json.encoding|`/0`|1|2",
      })
  void a_bad_document_is_refused_with_its_place(
      String text, String code, String pointer, int line, int column) {
    Rejection rejection = refused(text.getBytes(StandardCharsets.UTF_8));

    assertThat(rejection.code().code()).isEqualTo(code);
    FieldError error = rejection.errors().getFirst();
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.pointer()).isEqualTo(pointer);
    assertThat(List.of(String.valueOf(error.line()), String.valueOf(error.column())))
        .containsExactly(String.valueOf(line), String.valueOf(column));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "efbbbf7b7d", // byte order mark
        "fffe7b007d00", // UTF-16
        "007b007d", // UTF-16 without mark
        "7b007d00",
        "5b22c3225d", // half a character
        "5b22c080225d", // overlong
        "5b22eda080eda080225d", // surrogates encoded one by one
        "5b22ff225d",
      })
  void other_encodings_than_utf8_are_refused(String hex) {
    assertThat(refused(HexFormat.of().parseHex(hex)).code().code()).isEqualTo("json.encoding");
  }

  @Test
  void the_place_of_a_broken_byte_is_named() {
    byte[] body = "{\n \"a\": \"é\u00ff".getBytes(StandardCharsets.ISO_8859_1);

    FieldError error = refused(body).errors().getFirst();

    assertThat(error.line()).isEqualTo(2);
    assertThat(error.column()).isEqualTo(8);
  }

  @Test
  void nesting_up_to_the_limit_is_read_and_one_more_is_refused() {
    int limit = Limits.JSON_DEPTH_MAX;
    assertThat(read("[".repeat(limit) + "]".repeat(limit)).isArray()).isTrue();
    assertThat(read("{\"a\":".repeat(limit) + "1" + "}".repeat(limit)).isObject()).isTrue();

    for (String open : List.of("[", "{\"a\":")) {
      Rejection rejection = refused(open.repeat(10_000).getBytes(Charset.forName("US-ASCII")));
      assertThat(rejection.code().code()).isEqualTo("json.too-deep");
      assertThat(rejection.errors().getFirst().line()).isEqualTo(1);
    }
  }

  @Test
  void a_body_up_to_the_limit_is_read_and_one_byte_more_is_refused() {
    byte[] body = ("\"" + "x".repeat(98) + "\"").getBytes(StandardCharsets.UTF_8);

    assertThat(StrictJson.read(body, 100)).isInstanceOf(Reading.Read.class);
    Reading reading = StrictJson.read(body, 99);

    assertThat(((Reading.Refused) reading).rejection().code().code())
        .isEqualTo("request.too-large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "-0|0",
        "-0.0|-0.0",
        "7|7",
        "3.0|3.0",
        "1e2|100.0",
        "9007199254740993|9007199254740993",
        "9223372036854775807|9223372036854775807",
        "-9223372036854775808|-9223372036854775808",
        "9223372036854775808|9.223372036854776E18",
        "0.1|0.1",
        "5e-324|4.9E-324",
        "0e-999999|0.0",
      })
  void a_number_reads_back_as_it_is_written(String text, String written) {
    JsonNode number = read("[" + text + "]").get(0);

    assertThat(number).hasToString(written);
    assertThat(read("[" + number + "]").get(0)).isEqualTo(number);
  }

  @Test
  void a_number_of_ten_thousand_digits_is_refused() {
    String digits = "[" + "9".repeat(10_000) + "]";

    assertThat(refused(digits.getBytes(StandardCharsets.UTF_8)).code().code())
        .isEqualTo("json.number-range");
  }

  @Test
  void names_that_mean_something_elsewhere_are_plain_data() {
    String text =
        "{\"__proto__\":1,\"constructor\":2,\"@class\":\"java.lang.Runtime\",\"$ref\":4,\"\":5}";

    assertThat(read(text)).hasToString(text);
  }

  @Test
  void a_million_keys_are_read_or_refused_but_never_slow() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < 100_000; i++) {
      text.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":1");
    }

    assertThat(read(text.append("}").toString()).size()).isEqualTo(100_000);
  }

  @Test
  void places_are_found_by_pointer() {
    String text = "{\n  \"a\": [1, {\"b/c\": true}],\n  \"d\": \"x\"\n}";

    Places places = StrictJson.places(text, List.of("/a/1/b~1c", "/d", "/nobody/here", "/a/0"));

    assertThat(places.value("/a/1/b~1c")).isEqualTo(new Place(2, 20, text.indexOf("true")));
    assertThat(places.name("/a/1/b~1c")).isEqualTo(new Place(2, 13, text.indexOf("\"b/c\"")));
    assertThat(places.value("/d")).isEqualTo(new Place(3, 8, text.indexOf("\"x\"")));
    assertThat(places.value("/a/0")).isEqualTo(new Place(2, 9, text.indexOf("1")));
    assertThat(places.value("/nobody/here")).isEqualTo(new Place(1, 1, 0));
  }
}
