package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.RecordedEvent;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class ProjectionProcessorsTest {
  private static final UUID STREAM = StreamIds.of(1, 0, 1);

  private final InMemoryEventLog log = new InMemoryEventLog();
  private final ProjectionProcessors processors =
      new ProjectionProcessors(
          log,
          NoTransactionManager.instance(),
          new InMemoryTokenStore(),
          new ProcessorSettings(
              4, Duration.ofMillis(1), Duration.ofMillis(100), Duration.ofSeconds(5)));
  private final Recorder recorder = new Recorder();
  private final PooledStreamingEventProcessor processor = processors.build("seen", 0, recorder);

  @AfterEach
  void stop() {
    processor.shutDown();
    processors.close();
  }

  @Test
  void every_event_is_handled_once_and_in_order_whatever_the_pages() throws Exception {
    append(0, 10);
    processor.start();
    assertThat(recorder.take(10))
        .containsExactly(LongStream.rangeClosed(1, 10).boxed().toArray(Long[]::new));

    append(10, 3);
    assertThat(recorder.take(3)).containsExactly(11L, 12L, 13L);
    assertThat(recorder.positions).isEmpty();
  }

  @Test
  void events_of_one_page_share_a_unit_of_work() throws Exception {
    append(0, 4);
    processor.start();
    recorder.take(4);

    assertThat(recorder.unitsOfWork).hasSize(4).containsOnly(recorder.unitsOfWork.peek());
  }

  @Test
  void a_reset_replays_everything_and_marks_it_as_replay() throws Exception {
    append(0, 5);
    processor.start();
    recorder.take(5);
    processor.shutDown();

    processor.resetTokens();
    append(5, 1);
    processor.start();

    assertThat(recorder.take(6)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(recorder.replays.stream().skip(5))
        .containsExactly(true, true, true, true, true, false);
  }

  @Test
  void a_failing_handler_stops_the_batch_and_it_is_tried_again() throws Exception {
    recorder.failuresLeft = 1;
    append(0, 2);
    processor.start();

    assertThat(recorder.take(2)).containsExactly(1L, 2L);
    assertThat(recorder.failuresLeft).isZero();
  }

  @Test
  void the_token_of_an_instant_lies_just_before_the_first_event_at_or_after_it() {
    append(0, 9);
    PartitionSource source = processors.source(0);

    for (long position = 1; position <= 9; position++) {
      assertThat(source.createTokenAt(InMemoryEventLog.BIRTH.plusSeconds(position)).position())
          .hasValue(position - 1);
    }
    assertThat(source.createTokenAt(InMemoryEventLog.BIRTH.plusSeconds(100)).position())
        .hasValue(9);
    assertThat(source.createTokenAt(InMemoryEventLog.BIRTH).position()).hasValue(0);
  }

  private void append(long from, int count) {
    var metadata =
        new CommandMetadata(TenantId.DEFAULT, UUID.randomUUID(), null, "test", null, null, null);
    List<NewEvent> events =
        LongStream.range(from, from + count)
            .mapToObj(i -> new NewEvent(STREAM, "execution", i, UUID.randomUUID(), "event " + i))
            .toList();
    var commit =
        new CommandCommit(
            STREAM, metadata, count, List.of(), JsonNodeFactory.instance.objectNode());
    assertThat(log.append(new AppendUnit(0, List.of(commit), events))).isCompleted();
  }

  private static final class Recorder implements EventHandlerInvoker {
    final BlockingQueue<Long> positions = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Object> unitsOfWork = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Boolean> replays = new LinkedBlockingQueue<>();
    volatile int failuresLeft;

    @Override
    public boolean canHandle(EventMessage<?> message, Segment segment) {
      return true;
    }

    @Override
    public void handle(EventMessage<?> message, Segment segment) {
      if (failuresLeft > 0) {
        failuresLeft = 0;
        throw new IllegalStateException("asked to fail");
      }
      unitsOfWork.add(CurrentUnitOfWork.get());
      replays.add(ReplayToken.isReplay(message));
      positions.add(((RecordedEvent) message).position().position());
    }

    List<Long> take(int count) throws InterruptedException {
      var taken = new ArrayList<Long>();
      while (taken.size() < count) {
        Long next = positions.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("event %d of %d", taken.size() + 1, count).isNotNull();
        taken.add(Objects.requireNonNull(next));
      }
      return taken;
    }
  }
}
