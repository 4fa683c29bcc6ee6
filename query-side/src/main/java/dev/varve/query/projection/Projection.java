package dev.varve.query.projection;

import dev.varve.api.log.LogPosition;
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
 * Turns events into rows. The events of one unit of work are collected and written together, just
 * before it commits, in its transaction: many events of one execution become one row write, and the
 * rows are there exactly when the token says so.
 *
 * <p>A subclass writes only its own tables, and what it writes depends on the events alone: neither
 * on how they were cut into batches nor on the clock, so that a rebuild gives the same rows.
 */
public abstract class Projection implements EventHandlerInvoker, SequenceGuard.Guarded {
  private final String name;
  private final DataSource dataSource;
  private final ProjectionProgress progress;
  private final String resource;
  private volatile SequenceGuard guard = SequenceGuard.NONE;

  /**
   * Makes a projection.
   *
   * @param name its name, also that of its event processor
   * @param dataSource the one whose transactions the event processor runs in
   * @param progress is told what has been committed
   */
  protected Projection(String name, DataSource dataSource, ProjectionProgress progress) {
    this.name = name;
    this.dataSource = dataSource;
    this.progress = progress;
    this.resource = "dev.varve.projection." + name;
  }

  /** Returns its name. */
  public final String name() {
    return name;
  }

  /** Tells whether {@code event} changes any row. */
  protected abstract boolean concerns(RecordedEvent event);

  /**
   * Writes what {@code events} changed.
   *
   * @param events those that {@link #concerns concern} this projection, in log order, of one
   *     partition, at least one
   */
  protected abstract void write(List<RecordedEvent> events, Connection connection)
      throws SQLException;

  /**
   * Writes what events changed that were set aside while later ones were written; the same as
   * {@link #write} for a projection that does not look at positions.
   */
  protected void writeLate(List<RecordedEvent> events, Connection connection) throws SQLException {
    write(events, connection);
  }

  @Override
  public final void guardWith(SequenceGuard other) {
    guard = other;
  }

  @Override
  public final void writeAside(List<RecordedEvent> events) {
    List<RecordedEvent> mine = events.stream().filter(this::concerns).toList();
    if (!mine.isEmpty()) {
      withConnection(connection -> writeLate(mine, connection));
    }
  }

  /** Empties its own tables and no others. */
  protected abstract void truncate(Connection connection) throws SQLException;

  @Override
  public final boolean canHandle(EventMessage<?> message, Segment segment) {
    return true;
  }

  @Override
  public final void handle(EventMessage<?> message, Segment segment) {
    if (!(message instanceof RecordedEvent event)) {
      throw new IllegalArgumentException(
          "Expected an event of the log, but was " + message.getPayloadType().getName());
    }
    UnitOfWork<?> unit = CurrentUnitOfWork.get().root();
    Batch batch = unit.getResource(resource);
    if (batch == null) {
      batch = begin(unit);
    }
    batch.last = event.position();
    if (concerns(event)) {
      batch.events.add(event);
    }
  }

  private Batch begin(UnitOfWork<?> unit) {
    var batch = new Batch();
    unit.resources().put(resource, batch);
    unit.onPrepareCommit(_ -> flush(batch));
    unit.afterCommit(_ -> committed(batch));
    return batch;
  }

  private void flush(Batch batch) {
    if (!batch.events.isEmpty()) {
      guard.write(
          name, batch.events, open -> withConnection(connection -> write(open, connection)));
    }
  }

  private void committed(Batch batch) {
    if (batch.last != null) {
      progress.committed(name, batch.last);
    }
  }

  @Override
  public final void performReset() {
    reset();
  }

  @Override
  public final <R> void performReset(@Nullable R resetContext) {
    reset();
  }

  /**
   * Empties its own tables, in the transaction of the caller if there is one. Its processors must
   * be stopped on every node, and their tokens go back to the start.
   */
  public final void reset() {
    withConnection(this::truncate);
    guard.forget(name);
    progress.forget(name);
  }

  /** Is told that its tokens were set to the start while its rows stay, as after a lost token. */
  public final void rewound() {
    progress.forget(name);
  }

  private void withConnection(Work work) {
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      work.run(connection);
    } catch (SQLException e) {
      throw new ProjectionFailure("Projection " + name + " could not be written", e);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }

  /** What is done with a connection. */
  @FunctionalInterface
  private interface Work {
    void run(Connection connection) throws SQLException;
  }

  /** The events of one unit of work. */
  private static final class Batch {
    private final List<RecordedEvent> events = new ArrayList<>();
    private @Nullable LogPosition last;
  }
}
