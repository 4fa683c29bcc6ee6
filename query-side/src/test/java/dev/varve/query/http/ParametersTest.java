package dev.varve.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.Limits;
import dev.varve.api.execution.ExecutionQuery.LabelFilter;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.web.RejectionException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  @Test
  void a_limit_at_the_limit_is_taken() {
    assertThat(Parameters.limit("1000")).isEqualTo(Limits.PAGE_ITEMS_MAX);
    assertThat(Parameters.limit(null)).isEqualTo(Limits.PAGE_ITEMS_DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "99999999999", "ten", ""})
  void another_limit_is_refused(String limit) {
    assertThatThrownBy(() -> Parameters.limit(limit)).isInstanceOf(RejectionException.class);
  }

  @Test
  void labels_are_read_with_and_without_a_value() {
    assertThat(Parameters.labels(new String[] {"urgent", "region:eu", "team=a:b"}))
        .containsExactly(
            new LabelFilter("urgent", null),
            new LabelFilter("region", "eu"),
            new LabelFilter("team", "a:b"));
  }

  @Test
  void a_status_is_read_by_its_name() {
    assertThat(Parameters.status("TIMED_OUT")).isEqualTo(ExecutionStatus.TIMED_OUT);
    assertThatThrownBy(() -> Parameters.status("running")).isInstanceOf(RejectionException.class);
  }

  @Test
  void instants_and_durations_are_bounded() {
    assertThat(Parameters.instant("startedAfter", "2026-01-31T12:00:00Z"))
        .isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    assertThatThrownBy(() -> Parameters.instant("startedAfter", "+1000000000-12-31T23:59:59Z"))
        .isInstanceOf(RejectionException.class);
    assertThat(Parameters.wait("PT1M", Duration.ZERO)).isEqualTo(Limits.WAIT_MAX);
    assertThatThrownBy(() -> Parameters.wait("PT61S", Duration.ZERO))
        .isInstanceOf(RejectionException.class);
  }

  @Test
  void what_is_no_id_names_nothing() {
    assertThat(Parameters.executionId("1-1-1-1-1")).isNull();
    assertThat(Parameters.executionId("nope")).isNull();
  }
}
