package dev.varve.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.RejectionException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {
  private static final String ID = "0198c0de-0001-7000-8123-456789abcdef";

  @Test
  void an_execution_is_found_again() {
    String cursor = Cursors.ofExecution(ID);

    assertThat(Cursors.execution(cursor)).isEqualTo(new ExecutionId(UUID.fromString(ID)));
    assertThat(cursor).doesNotContain("0198c0de").matches("[A-Za-z0-9_-]+");
  }

  @Test
  void a_name_is_found_again() {
    assertThat(Cursors.name(Cursors.ofName("größe/1"))).isEqualTo("größe/1");
  }

  @Test
  void the_last_page_has_no_cursor_and_the_first_needs_none() {
    assertThat(Cursors.ofExecution(null)).isNull();
    assertThat(Cursors.ofName(null)).isNull();
    assertThat(Cursors.execution(null)).isNull();
    assertThat(Cursors.name(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "!!!", "AQ", "AgAA", "AAAA", "AQABAgM"})
  void what_this_server_did_not_make_is_refused(String cursor) {
    assertThatThrownBy(() -> Cursors.execution(cursor))
        .isInstanceOfSatisfying(
            RejectionException.class,
            e -> assertThat(e.rejection().code()).isEqualTo(RejectionCode.CURSOR_INVALID));
  }

  @Test
  void a_cursor_of_another_list_is_refused() {
    String ofNames = Cursors.ofName("order");

    assertThatThrownBy(() -> Cursors.execution(ofNames)).isInstanceOf(RejectionException.class);
  }
}
