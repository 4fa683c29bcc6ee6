package dev.varve.testkit.crash;

import dev.varve.api.log.RecordedEvent;
import dev.varve.testkit.processor.ThreadTransactions;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.jspecify.annotations.Nullable;

/**
 * Writes down every event it is handed, in the transaction of the token; twice would be two rows.
 */
record CrashProjection(ThreadTransactions transactions) implements EventHandlerInvoker {
  static final String TABLE =
      "create table seen (nr bigint generated always as identity, position bigint not null, event_id uuid not null)";

  @Override
  public boolean canHandle(EventMessage<?> message, Segment segment) {
    return true;
  }

  @Override
  public void handle(EventMessage<?> message, Segment segment) throws Exception {
    var event = (RecordedEvent) message;
    transactions.with(connection -> {
      try (var insert =
          connection.prepareStatement("insert into seen (position, event_id) values (?, ?)")) {
        insert.setLong(1, event.position().position());
        insert.setObject(2, event.eventId());
        return insert.executeUpdate();
      }
    });
  }

  @Override
  public void performReset() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <R> void performReset(@Nullable R context) {
    throw new UnsupportedOperationException();
  }
}
