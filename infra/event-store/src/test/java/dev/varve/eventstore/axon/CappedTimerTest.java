package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CappedTimerTest {
  @Test
  void a_pause_longer_than_the_cap_is_cut() throws Exception {
    var ran = new AtomicBoolean();
    try (var timer = new CappedTimer(Executors.defaultThreadFactory(), 1)) {
      timer.schedule(() -> ran.set(true), 1, TimeUnit.HOURS).get(20, TimeUnit.SECONDS);
    }
    assertThat(ran).isTrue();
  }
}
