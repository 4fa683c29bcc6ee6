package dev.varve.workqueue;

import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.log.RecordedEvent;
import dev.varve.api.log.SequenceGuard;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Fills {@code work.task} and {@code work.timer} from events, and nothing else: it never runs,
 * sends or fires anything, so it can be replayed. The events of one unit of work are folded and
 * written together just before it commits, in the transaction of the token.
 */
public final class WorkProjection implements EventHandlerInvoker, SequenceGuard.Guarded {
  /** Name of the projection and of its event processor. */
  public static final String NAME = "work";

  private static final String RESOURCE = "dev.varve.work-changes";

  private final DataSource dataSource;
  private volatile SequenceGuard guard = SequenceGuard.NONE;

  /**
   * Makes the projection.
   *
   * @param dataSource the one whose transactions the event processor runs in
   */
  public WorkProjection(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public boolean canHandle(EventMessage<?> message, Segment segment) {
    return true;
  }

  @Override
  public void handle(EventMessage<?> message, Segment segment) {
    if (!(message instanceof RecordedEvent event)) {
      throw new IllegalArgumentException(
          "Expected an event of the log, but was " + message.getPayloadType().getName());
    }
    if (event.payload() instanceof ExecutionEvent) {
      UnitOfWork<?> unit = CurrentUnitOfWork.get().root();
      List<RecordedEvent> batch = unit.getResource(RESOURCE);
      if (batch == null) {
        batch = begin(unit);
      }
      batch.add(event);
    }
  }

  private List<RecordedEvent> begin(UnitOfWork<?> unit) {
    var batch = new ArrayList<RecordedEvent>();
    unit.resources().put(RESOURCE, batch);
    unit.onPrepareCommit(_ -> guard.write(NAME, batch, this::write));
    return batch;
  }

  private void write(List<RecordedEvent> events) {
    var changes = new WorkChanges();
    for (RecordedEvent event : events) {
      if (event.payload() instanceof ExecutionEvent fact) {
        changes.add(
            event.tenant().value(),
            event.streamId(),
            event.recordedAt(),
            fact,
            event.metadata().traceparent());
      }
    }
    inTransaction(connection -> new WorkTables(connection).write(changes));
  }

  @Override
  public void guardWith(SequenceGuard other) {
    guard = other;
  }

  @Override
  public void writeAside(List<RecordedEvent> events) {
    write(events);
  }

  @Override
  public void performReset() {
    reset();
  }

  @Override
  public <R> void performReset(@Nullable R resetContext) {
    reset();
  }

  /**
   * Empties both tables, in the caller's transaction if there is one. Its processors must be
   * stopped on every node, and their tokens go back to the start; leases stay.
   */
  public void reset() {
    inTransaction(connection -> new WorkTables(connection).empty());
    guard.forget(NAME);
  }

  private void inTransaction(Work work) {
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      work.run(connection);
    } catch (SQLException refused) {
      throw new WorkFailure(refused);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }

  /** What is done with a connection. */
  @FunctionalInterface
  private interface Work {
    void run(Connection connection) throws SQLException;
  }

  /** The database refused the rows; the transaction is rolled back and tried again. */
  public static final class WorkFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkFailure(SQLException cause) {
      super("Work tables could not be written", cause);
    }
  }
}
