package dev.varve.eventstore.axon;

import dev.varve.api.log.LogPosition;
import dev.varve.api.log.RecordedEvent;
import dev.varve.api.log.SequenceGuard.Guarded;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.codec.Envelope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.common.transaction.TransactionManager;
import org.jspecify.annotations.Nullable;

/**
 * What projections have parked, for operators: to look at, to retry once the cause is gone, to
 * discard with a reason. Works on any node, also while the projection runs on another one.
 */
public final class ParkedSequences {
  private static final int PAGE = 500;

  private static final String LIST =
      """
      select p.projection, p.partition, p.stream_id, p.first_position, e.hash, p.events, p.tries, p.cause,
             p.parked_at, p.discarded_at, p.reason
        from event_store.parked_sequence p
        left join event_store.event e on e.partition = p.partition and e.position = p.first_position
       where p.projection = ? order by p.parked_at, p.stream_id limit 1000\
      """;

  private static final String HOLDING =
      "select count(*) from event_store.parked_sequence where projection = ? and discarded_at is null";

  private static final String TAKE =
      """
      select partition, first_position from event_store.parked_sequence
       where projection = ? and stream_id = ? for update\
      """;

  private static final String POSITION =
      "select coalesce(position, 0) from event_store.projection_token where processor = ? and segment = 0";

  private static final String UNPARK =
      "delete from event_store.parked_sequence where projection = ? and stream_id = ?";

  private static final String TRIED =
      """
      update event_store.parked_sequence set tries = tries + 1, cause = ?
       where projection = ? and stream_id = ?\
      """;

  private static final String DISCARD =
      """
      update event_store.parked_sequence set discarded_at = clock_timestamp(), reason = ?
       where projection = ? and stream_id = ?\
      """;

  private final EventLog log;
  private final TransactionManager transactions;
  private final ConnectionSource connections;
  private final Map<String, ? extends Guarded> projections;

  /**
   * A parked stream.
   *
   * @param first its first event that was not handled
   * @param events how many were set aside so far
   * @param discardedAt when an operator gave them up; its events are still left out
   */
  public record Parked(
      String projection,
      UUID streamId,
      LogPosition first,
      long events,
      int tries,
      String cause,
      Instant parkedAt,
      @Nullable Instant discardedAt,
      @Nullable String reason) {}

  /** The events of a parked stream still cannot be handled; it stays parked. */
  public static final class StillFailing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StillFailing(RuntimeException cause) {
      super(SequenceParking.describe(cause), cause);
    }
  }

  /**
   * Makes it.
   *
   * @param log where the events are read again
   * @param transactions opens transactions on the connection of {@code connections}
   * @param connections gives the connection of the running transaction
   * @param projections by name
   */
  public ParkedSequences(
      EventLog log,
      TransactionManager transactions,
      ConnectionSource connections,
      Map<String, ? extends Guarded> projections) {
    this.log = log;
    this.transactions = transactions;
    this.connections = connections;
    this.projections = Map.copyOf(projections);
  }

  /** Tells whether there is a projection of that name. */
  public boolean knows(String projection) {
    return projections.containsKey(projection);
  }

  /** Returns what is parked for a projection, oldest first, at most 1,000. */
  public List<Parked> list(String projection) {
    return in(connection -> {
      try (PreparedStatement select = connection.prepareStatement(LIST)) {
        select.setString(1, projection);
        try (ResultSet row = select.executeQuery()) {
          var found = new ArrayList<Parked>();
          while (row.next()) {
            found.add(parked(row));
          }
          return found;
        }
      }
    });
  }

  /** Returns how many streams wait for an operator. */
  public long holding(String projection) {
    return in(connection -> {
      try (PreparedStatement select = connection.prepareStatement(HOLDING)) {
        select.setString(1, projection);
        return number(select);
      }
    });
  }

  /**
   * Hands the set-aside events of a stream to the projection again, in order, up to where it has
   * come, and lets the following ones through. Everything or nothing.
   *
   * @return how many events were handled; -1 when the stream is not parked
   * @throws StillFailing when they still cannot be handled
   */
  public long retry(String projection, UUID stream) {
    Guarded rows = projections.get(projection);
    if (rows == null) {
      return -1;
    }
    try {
      return in(connection -> retry(projection, stream, rows, connection));
    } catch (RuntimeException e) {
      if (!SequenceParking.isOfTheEvents(e)) {
        throw e;
      }
      in(connection -> {
        try (PreparedStatement update = connection.prepareStatement(TRIED)) {
          update.setString(1, SequenceParking.describe(e));
          update.setString(2, projection);
          update.setObject(3, stream);
          return update.executeUpdate();
        }
      });
      throw new StillFailing(e);
    }
  }

  /**
   * Gives the events of a parked stream up: they no longer count as parked, and events of it stay
   * left out until it is retried or the projection is built again. The reason is kept.
   *
   * @return false when the stream is not parked
   */
  public boolean discard(String projection, UUID stream, String reason) {
    return in(connection -> {
      try (PreparedStatement update = connection.prepareStatement(DISCARD)) {
        update.setString(1, reason);
        update.setString(2, projection);
        update.setObject(3, stream);
        return update.executeUpdate() > 0;
      }
    });
  }

  /** The row is locked first: no batch of the projection can be under way then. */
  private long retry(String projection, UUID stream, Guarded rows, Connection connection)
      throws SQLException {
    int partition;
    long first;
    try (PreparedStatement take = connection.prepareStatement(TAKE)) {
      take.setString(1, projection);
      take.setObject(2, stream);
      try (ResultSet row = take.executeQuery()) {
        if (!row.next()) {
          return -1;
        }
        partition = row.getInt(1);
        first = row.getLong(2);
      }
    }
    long handled;
    try (PreparedStatement position = connection.prepareStatement(POSITION)) {
      position.setString(1, ProjectionProcessors.nameOf(projection, partition));
      handled = number(position);
    }
    long count = 0;
    long next = 0;
    List<StoredEvent> page;
    do {
      page = log.readStream(stream, next, PAGE);
      List<RecordedEvent> events = new ArrayList<>(page.size());
      for (StoredEvent event : page) {
        long at = event.position().position();
        if (at >= first && at <= handled) {
          events.add(new StoredEventMessage(event));
        }
        next = event.sequence() + 1;
      }
      if (!events.isEmpty()) {
        rows.writeAside(events);
        count += events.size();
      }
    } while (page.size() == PAGE);
    try (PreparedStatement delete = connection.prepareStatement(UNPARK)) {
      delete.setString(1, projection);
      delete.setObject(2, stream);
      delete.executeUpdate();
    }
    return count;
  }

  private static long number(PreparedStatement select) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static Parked parked(ResultSet row) throws SQLException {
    byte[] hash = row.getBytes("hash");
    OffsetDateTime discarded = row.getObject("discarded_at", OffsetDateTime.class);
    return new Parked(
        row.getString("projection"),
        row.getObject("stream_id", UUID.class),
        new LogPosition(
            row.getInt("partition"),
            row.getLong("first_position"),
            hash == null ? 0 : Envelope.prefix(hash)),
        row.getLong("events"),
        row.getInt("tries"),
        row.getString("cause"),
        row.getObject("parked_at", OffsetDateTime.class).toInstant(),
        discarded == null ? null : discarded.toInstant(),
        row.getString("reason"));
  }

  private <T extends @Nullable Object> T in(ConnectionSource.Work<T> work) {
    return transactions.fetchInTransaction(() -> {
      try {
        return connections.with(work);
      } catch (SQLException e) {
        throw new SequenceParking.ParkingFailure(
            "Expected to reach event_store.parked_sequence", e);
      }
    });
  }
}
