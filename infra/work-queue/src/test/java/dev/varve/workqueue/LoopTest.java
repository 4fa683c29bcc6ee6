package dev.varve.workqueue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {
  @Test
  void a_loop_survives_whatever_a_run_throws() throws InterruptedException {
    var runs = new AtomicInteger();
    var again = new CountDownLatch(4);
    var loop =
        new Loop(
            "test",
            Duration.ofMillis(1),
            () -> {
              again.countDown();
              switch (runs.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("first");
                case 2 -> throw new StackOverflowError();
                case 3 -> throw new InterruptedException();
                default -> {}
              }
            });

    loop.start();

    assertThat(again.await(10, TimeUnit.SECONDS)).isTrue();
    loop.close();
    assertThat(loop.health().lastError()).isNull();
    assertThat(loop.health().healthy()).isTrue();
  }

  @Test
  void a_failure_is_told_and_asked_for_runs_come_at_once() throws InterruptedException {
    var runs = new CountDownLatch(3);
    var loop =
        new Loop(
            "test",
            Duration.ofHours(1),
            () -> {
              runs.countDown();
              throw new IllegalStateException("no database");
            });
    loop.start();

    for (int i = 0; i < 1_000 && runs.getCount() > 0; i++) {
      loop.wakeUp();
      boolean _ = runs.await(10, TimeUnit.MILLISECONDS);
    }
    loop.close();

    assertThat(runs.getCount()).isZero();
    assertThat(loop.health().lastError()).contains("no database");
  }

  @Test
  void silence_is_unhealthy() {
    var silent = new LoopHealth("x", Duration.ofSeconds(1), Duration.ofSeconds(10), null);
    var slow = new LoopHealth("x", Duration.ofSeconds(10), Duration.ofSeconds(49), null);

    assertThat(silent.healthy()).isFalse();
    assertThat(slow.healthy()).isTrue();
  }
}
