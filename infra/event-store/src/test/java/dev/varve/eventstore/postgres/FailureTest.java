package dev.varve.eventstore.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.log.AppendException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What clients are told when the database would not write. */
class FailureTest {
  @Test
  void a_full_disk_is_tried_again_and_named() {
    var full = new SQLException("could not extend file: No space left on device", "53100");

    assertThat(Failure.of(full)).isEqualTo(Failure.AGAIN);
    assertThat(code(Failure.unavailable(full))).isEqualTo("store.full");
  }

  @Test
  void any_other_reason_is_a_store_that_is_away() {
    var away = new SQLException("too many connections", "53300");

    assertThat(code(Failure.unavailable(away))).isEqualTo("store.unavailable");
  }

  private static String code(AppendException failure) {
    assertThat(failure).isInstanceOf(AppendException.Unavailable.class);
    return ((AppendException.Unavailable) failure).code();
  }
}
