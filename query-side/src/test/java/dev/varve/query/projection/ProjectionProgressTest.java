package dev.varve.query.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProjectionProgressTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private final AtomicLong stored = new AtomicLong();
  private final ProjectionProgress progress = new ProjectionProgress((_, _) -> stored.get());

  @Test
  void what_is_shown_already_is_not_waited_for() throws InterruptedException {
    progress.committed("execution", at(0, 7));

    assertThat(progress.await("execution", LogToken.of(at(0, 7)), LONG)).isTrue();
    assertThat(progress.await("execution", LogToken.START, LONG)).isTrue();
  }

  @Test
  void a_wait_ends_when_the_position_is_committed() throws Exception {
    CompletableFuture<Boolean> waited =
        CompletableFuture.supplyAsync(() -> {
          try {
            return progress.await("execution", LogToken.of(at(0, 8)), LONG);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });

    progress.committed("definition", at(0, 9));
    progress.committed("execution", at(0, 8));

    assertThat(waited.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_wait_ends_in_vain_when_the_time_is_up() throws InterruptedException {
    progress.committed("execution", at(0, 7));
    progress.committed("execution", at(1, 100));

    assertThat(progress.await("execution", LogToken.of(at(0, 8)), Duration.ofMillis(1))).isFalse();
  }

  @Test
  void what_another_process_wrote_is_seen_in_the_database() throws InterruptedException {
    stored.set(12);

    assertThat(progress.await("execution", LogToken.of(at(0, 12)), LONG)).isTrue();
  }

  @Test
  void after_a_reset_the_position_is_waited_for_again() throws InterruptedException {
    progress.committed("execution", at(0, 7));

    progress.forget("execution");

    assertThat(progress.await("execution", LogToken.of(at(0, 7)), Duration.ofMillis(1))).isFalse();
  }

  private static LogPosition at(int partition, long position) {
    return new LogPosition(partition, position, 1);
  }
}
