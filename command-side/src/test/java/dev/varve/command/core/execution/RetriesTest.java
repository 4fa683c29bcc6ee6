package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.definition.RetryPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RetriesTest {
  private static final JsonNode NONE = Flow.json("{}");
  private static final Effort HARD = Flow.retry(Flow.attempts(3));

  @Test
  void only_outside_work_is_tried_again() {
    assertThat(Retries.effortOf(new Node.TaskNode("a", null, NONE, Join.ALL, HARD, "echo")))
        .isEqualTo(HARD);
    assertThat(Retries.effortOf(new Node.HttpNode("a", null, NONE, Join.ALL, HARD)))
        .isEqualTo(HARD);
    for (Node local :
        List.of(
            new Node.TransformNode("a", null, NONE, Join.ALL),
            new Node.DelayNode("a", null, NONE, Join.ALL),
            new Node.FailNode("a", null, NONE, Join.ALL),
            new Node.EndNode("a", null, NONE, Join.ALL))) {
      assertThat(Retries.effortOf(local)).isEqualTo(Effort.DEFAULT);
    }
  }

  @Test
  void the_wait_grows_by_the_factor_up_to_the_longest() {
    RetryPolicy policy =
        new RetryPolicy(
            1_000, Duration.ofMillis(200), 2, Duration.ofSeconds(10), List.of(), List.of());

    assertThat(Retries.backoff(policy, 1, null)).isEqualTo(Duration.ofMillis(200));
    assertThat(Retries.backoff(policy, 3, null)).isEqualTo(Duration.ofMillis(800));
    assertThat(Retries.backoff(policy, 7, null)).isEqualTo(Duration.ofSeconds(10));
    assertThat(Retries.backoff(policy, 999, null)).isEqualTo(Duration.ofSeconds(10));
    assertThat(Retries.backoff(RetryPolicy.NONE, 5, null)).isEqualTo(Duration.ZERO);
  }
}
