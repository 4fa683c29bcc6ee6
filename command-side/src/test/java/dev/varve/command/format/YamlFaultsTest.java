package dev.varve.command.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.Limits;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.json.Reading;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What YAML can say beyond JSON is refused, all of it at once. */
class YamlFaultsTest {
  private static Rejection refused(String text) {
    Reading reading = YamlReader.read(text);
    assertThat(reading).isInstanceOf(Reading.Refused.class);
    return ((Reading.Refused) reading).rejection();
  }

  private static List<String> shown(Rejection rejection) {
    return rejection.errors().stream().map(YamlFaultsTest::shown).toList();
  }

  private static String shown(FieldError each) {
    return each.line() + ":" + each.column() + " " + each.code() + " " + each.pointer();
  }

  @Test
  void all_aliases_tags_merge_keys_and_duplicates_are_named_with_their_places() {
    Rejection rejection =
        refused(
            """
            name: &n order
            title: *n
            nodes:
              - <<: { id: a }
                type: !!str end
              - { id: b, id: c, count: 1e999 }
            """);

    assertThat(rejection.code()).isEqualTo(RejectionCode.YAML_UNSAFE);
    assertThat(rejection.detail()).contains("line 1, column 7").contains("5 more problem(s)");
    assertThat(shown(rejection))
        .containsExactly(
            "1:7 yaml.unsafe /name",
            "2:8 yaml.unsafe /title",
            "4:5 yaml.unsafe /nodes/0",
            "5:11 yaml.unsafe /nodes/0/type",
            "6:14 json.duplicate-key /nodes/1/id",
            "6:28 json.number-range /nodes/1/count");
  }

  @Test
  void what_was_found_before_the_text_breaks_off_is_told_with_the_break() {
    Rejection rejection = refused("a: 1\na: *x\nb: [1, 2\n");

    assertThat(rejection.code()).isEqualTo(RejectionCode.JSON_DUPLICATE_KEY);
    assertThat(rejection.errors()).extracting(FieldError::code).endsWith("json.malformed");
    assertThat(shown(rejection)).startsWith("2:1 json.duplicate-key /a", "2:4 yaml.unsafe /a");
  }

  @Test
  void a_document_full_of_aliases_is_told_of_up_to_the_limit_and_none_is_followed() {
    Rejection rejection = refused("a: &a [1]\nb: [" + "*a, ".repeat(5_000) + "]\n");

    assertThat(rejection.errors()).hasSize(Limits.PROBLEMS_MAX);
  }
}
