package dev.varve.eventstore.axon;

import dev.varve.api.log.RecordedEvent;
import dev.varve.api.log.SequenceGuard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parks single streams whose events a projection cannot handle: they are written down in the
 * transaction of the token, later events of them are left out and counted, and all other streams go
 * on. What is parked is an operator's to retry or to discard, see {@link ParkedSequences}.
 *
 * <p>The first failure of a batch rolls it back; when it comes again it is tried with care: halves
 * of it, in savepoints that are always rolled back, until the streams that fail are found. A
 * failure that is not the events' own (a lost connection, a deadlock, a missing table) never parks
 * anything. Rows of parked streams are locked by every batch, so that a retry and a batch exclude
 * each other.
 */
public final class SequenceParking implements SequenceGuard {
  private static final Logger LOG = LoggerFactory.getLogger(SequenceParking.class);

  /** More than these in one batch: then the handler is at fault, and not single events. */
  private static final int PARKED_PER_BATCH_MAX = 16;

  /** When more than these fail and nothing else is in the batch, the handler is at fault too. */
  private static final int ALL_FAILING_MAX = 4;

  /** More than these in all: the projection stops rather than to leave ever more out. */
  private static final int PARKED_MAX = 256;

  private static final int CAUSE_CHARS_MAX = 2_000;

  private static final String PARKED =
      """
      select stream_id from event_store.parked_sequence
       where projection = ? and partition = ?::smallint for share\
      """;

  private static final String COUNT =
      """
      update event_store.parked_sequence set events = events + ?
       where projection = ? and partition = ?::smallint and stream_id = ?\
      """;

  private static final String PARK =
      """
      insert into event_store.parked_sequence
        (projection, partition, stream_id, tenant_id, first_position, events, tries, cause)
      values (?, ?::smallint, ?, ?, ?, ?, ?, ?)\
      """;

  private static final String FORGET =
      "delete from event_store.parked_sequence where projection = ?";

  private final ConnectionSource connections;
  private final int tries;
  private final long pauseMillis;
  private final Set<Place> careful = ConcurrentHashMap.newKeySet();

  /**
   * Makes a guard that tries a failing stream three times, 100 and 200 ms apart.
   *
   * @param connections gives the connection of the running transaction
   */
  public SequenceParking(ConnectionSource connections) {
    this(connections, 3, 100);
  }

  /**
   * Makes a guard.
   *
   * @param tries how often a failing stream is tried alone before it is parked
   * @param pauseMillis how long to wait before the second try; doubled for each further one
   */
  public SequenceParking(ConnectionSource connections, int tries, long pauseMillis) {
    this.connections = connections;
    this.tries = tries;
    this.pauseMillis = pauseMillis;
  }

  @Override
  public void write(String projection, List<RecordedEvent> events, Rows rows) {
    var place = new Place(projection, events.getFirst().position().partition());
    Set<UUID> parked = with(connection -> parked(place, connection));
    List<RecordedEvent> open = withoutParked(place, events, parked);
    if (open.isEmpty()) {
      return;
    }
    if (careful.contains(place)) {
      writeCarefully(place, open, rows, PARKED_MAX - parked.size());
      careful.remove(place);
      return;
    }
    try {
      rows.write(open);
    } catch (RuntimeException e) {
      if (isOfTheEvents(e)) {
        careful.add(place);
      }
      throw e;
    }
  }

  @Override
  public void forget(String projection) {
    with(connection -> {
      try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
        delete.setString(1, projection);
        return delete.executeUpdate();
      }
    });
  }

  /**
   * Tells whether a failure is the fault of what was to be written, so that the same again fails
   * again. Everything else is the database's or the program's, and passes or stops the projection.
   */
  static boolean isOfTheEvents(Throwable failure) {
    Throwable cause = failure;
    while (cause != null) {
      if (cause instanceof SQLException refused) {
        String state = refused.getSQLState();
        return state != null
            && state.length() == 5
            && Set.of("21", "22", "23", "44", "54", "P0").contains(state.substring(0, 2));
      }
      cause = cause.getCause();
    }
    return true;
  }

  private List<RecordedEvent> withoutParked(
      Place place, List<RecordedEvent> events, Set<UUID> parked) {
    if (parked.isEmpty()) {
      return events;
    }
    var open = new ArrayList<RecordedEvent>(events.size());
    var skipped = new HashMap<UUID, Integer>();
    for (RecordedEvent event : events) {
      if (parked.contains(event.streamId())) {
        skipped.merge(event.streamId(), 1, Integer::sum);
      } else {
        open.add(event);
      }
    }
    skipped.forEach((stream, count) -> count(place, stream, count));
    return open;
  }

  private static Set<UUID> parked(Place place, Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(PARKED)) {
      select.setString(1, place.projection());
      select.setInt(2, place.partition());
      try (ResultSet row = select.executeQuery()) {
        Set<UUID> found = new HashSet<>();
        while (row.next()) {
          found.add(row.getObject(1, UUID.class));
        }
        return found;
      }
    }
  }

  private void count(Place place, UUID stream, int skipped) {
    with(connection -> {
      try (PreparedStatement update = connection.prepareStatement(COUNT)) {
        update.setInt(1, skipped);
        update.setString(2, place.projection());
        update.setInt(3, place.partition());
        update.setObject(4, stream);
        return update.executeUpdate();
      }
    });
  }

  private void writeCarefully(Place place, List<RecordedEvent> events, Rows rows, int parkedMax) {
    var streams = new LinkedHashMap<UUID, List<RecordedEvent>>();
    events.forEach(
        event -> streams.computeIfAbsent(event.streamId(), id -> new ArrayList<>()).add(event));
    var failing = new LinkedHashMap<UUID, RuntimeException>();
    if (attempt(events, rows) != null) {
      find(List.copyOf(streams.values()), rows, failing);
      // What was a bad moment of all may have passed while the others were tried.
      failing
          .keySet()
          .removeIf(stream -> attempt(streams.getOrDefault(stream, List.of()), rows) == null);
    }
    boolean all = failing.size() == streams.size() && failing.size() > ALL_FAILING_MAX;
    if (failing.size() > parkedMax || all) {
      throw failing.firstEntry().getValue();
    }
    failing.forEach((stream, cause) -> park(place, streams.getOrDefault(stream, List.of()), cause));
    List<RecordedEvent> good =
        events.stream().filter(event -> !failing.containsKey(event.streamId())).toList();
    if (!good.isEmpty()) {
      rows.write(good);
    }
  }

  /** Finds the streams that fail, by halves. */
  private void find(
      List<List<RecordedEvent>> streams, Rows rows, Map<UUID, RuntimeException> failing) {
    if (streams.size() == 1) {
      RuntimeException failure = attemptAgain(streams.getFirst(), rows);
      if (failure != null) {
        failing.put(streams.getFirst().getFirst().streamId(), failure);
        if (failing.size() > PARKED_PER_BATCH_MAX) {
          throw failure;
        }
      }
      return;
    }
    int half = streams.size() / 2;
    for (List<List<RecordedEvent>> part :
        List.of(streams.subList(0, half), streams.subList(half, streams.size()))) {
      if (attempt(inOrder(part), rows) != null) {
        find(part, rows, failing);
      }
    }
  }

  private @Nullable RuntimeException attemptAgain(List<RecordedEvent> events, Rows rows) {
    RuntimeException failure = attempt(events, rows);
    for (int i = 1; failure != null && i < tries; i++) {
      try {
        TimeUnit.MILLISECONDS.sleep(pauseMillis << (i - 1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ParkingFailure("Interrupted between two tries", e);
      }
      failure = attempt(events, rows);
    }
    return failure;
  }

  private static List<RecordedEvent> inOrder(List<List<RecordedEvent>> streams) {
    return streams.stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingLong(event -> event.position().position()))
        .toList();
  }

  /** Writes and takes it back; returns why it failed, or null. */
  private @Nullable RuntimeException attempt(List<RecordedEvent> events, Rows rows) {
    return with(connection -> {
      Savepoint before = connection.setSavepoint();
      RuntimeException failure = null;
      try {
        rows.write(events);
      } catch (RuntimeException e) {
        if (!isOfTheEvents(e)) {
          throw e;
        }
        failure = e;
      }
      connection.rollback(before);
      connection.releaseSavepoint(before);
      return failure;
    });
  }

  private void park(Place place, List<RecordedEvent> events, RuntimeException cause) {
    RecordedEvent first = events.getFirst();
    LOG.atError()
        .addKeyValue("projection", place.projection())
        .addKeyValue("streamId", first.streamId())
        .addKeyValue("position", first.position().position())
        .setCause(cause)
        .log("a stream is parked: its events cannot be handled");
    with(connection -> {
      try (PreparedStatement insert = connection.prepareStatement(PARK)) {
        insert.setString(1, place.projection());
        insert.setInt(2, place.partition());
        insert.setObject(3, first.streamId());
        insert.setString(4, first.tenant().value());
        insert.setLong(5, first.position().position());
        insert.setInt(6, events.size());
        insert.setInt(7, tries);
        insert.setString(8, describe(cause));
        return insert.executeUpdate();
      }
    });
  }

  /** Says what went wrong, from the outside in, in text that a column can hold. */
  static String describe(Throwable failure) {
    var text = new StringBuilder();
    Throwable cause = failure;
    while (cause != null && text.length() < CAUSE_CHARS_MAX) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(cause.getClass().getSimpleName())
          .append(": ")
          .append(cause.getMessage());
      cause = cause.getCause();
    }
    String whole = text.toString().replace('\0', ' ');
    return whole.substring(0, Math.min(CAUSE_CHARS_MAX, whole.length()));
  }

  private <T extends @Nullable Object> T with(ConnectionSource.Work<T> work) {
    try {
      return connections.with(work);
    } catch (SQLException e) {
      throw new ParkingFailure("Expected to reach event_store.parked_sequence", e);
    }
  }

  private record Place(String projection, int partition) {}

  /** What is parked could not be read or written; the batch is tried again. */
  static final class ParkingFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ParkingFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
