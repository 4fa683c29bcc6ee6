package dev.varve.eventstore.axon;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventhandling.tokenstore.UnableToInitializeTokenException;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of the processors in {@code event_store.projection_token}, written by the transaction of
 * the rows they stand for.
 *
 * <p>A token is two numbers: the position, and during a replay the position the replay goes up to;
 * no class name is stored. A claim belongs to a process incarnation and is judged by the database's
 * clock only. Storing a token checks the owner in the same statement, so a processor whose claim
 * was taken over cannot commit its batch.
 *
 * <p>Projections can be done again from the log, so the transaction that stores a token is told to
 * commit without waiting for the disk: rows and token are lost together or not at all.
 */
public final class PostgresTokenStore implements TokenStore {
  private static final String INSERT =
      """
      insert into event_store.projection_token (processor, segment, position, replay_until)
      values (?, ?, ?, ?) on conflict do nothing\
      """;

  private static final String STORE =
      """
      with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
      update event_store.projection_token
      set position = ?, replay_until = ?, claimed_at = clock_timestamp()
      from relaxed where processor = ? and segment = ? and owner = ?
        and (? or position is not distinct from ?)\
      """;

  private static final String CLAIM =
      """
      update event_store.projection_token set owner = ?, claimed_at = clock_timestamp()
      where processor = ? and segment = ?
        and (owner is null or owner = ? or claimed_at is null
          or claimed_at < clock_timestamp() - make_interval(secs => ?))
      returning position, replay_until\
      """;

  private static final String EXTEND =
      """
      update event_store.projection_token set claimed_at = clock_timestamp()
      where processor = ? and segment = ? and owner = ?\
      """;

  private static final String RELEASE =
      """
      update event_store.projection_token set owner = null, claimed_at = null
      where processor = ? and segment = ? and owner = ?\
      """;

  private static final String RELEASE_OTHERS =
      "update event_store.projection_token set owner = null, claimed_at = null where owner <> ?";

  private static final String DELETE =
      "delete from event_store.projection_token where processor = ? and segment = ? and owner = ?";

  private static final String SEGMENTS =
      """
      select segment, (owner is null or owner = ? or claimed_at is null
          or claimed_at < clock_timestamp() - make_interval(secs => ?)) as free
      from event_store.projection_token where processor = ? order by segment\
      """;

  /**
   * What the database must still hold when the next token is stored. Batches commit asynchronously,
   * so a crash of the database alone takes the last ones back while their processor goes on in
   * memory; it must notice, or their rows would be missing for ever.
   */
  private final ConcurrentHashMap<Place, Stored> stored = new ConcurrentHashMap<>();

  private final ConnectionSource connections;
  private final String owner;
  private final double claimTimeoutSeconds;

  /**
   * Makes a token store.
   *
   * @param connections gives the connection of the running transaction
   * @param owner the process incarnation that claims
   * @param claimTimeout a claim that was not renewed for this long may be taken over
   */
  public PostgresTokenStore(ConnectionSource connections, String owner, Duration claimTimeout) {
    this.connections = connections;
    this.owner = owner;
    this.claimTimeoutSeconds = claimTimeout.toMillis() / 1000.0;
  }

  /**
   * Gives up the claims of all other owners: for a database whose only program this is, right after
   * start.
   */
  public void releaseClaimsOfOthers() {
    update(RELEASE_OTHERS, s -> s.setString(1, owner));
  }

  @Override
  public void initializeTokenSegments(
      String processorName, int segmentCount, @Nullable TrackingToken initialToken) {
    for (int segment = 0; segment < segmentCount; segment++) {
      insert(initialToken, processorName, segment);
    }
  }

  @Override
  public void initializeTokenSegments(String processorName, int segmentCount) {
    initializeTokenSegments(processorName, segmentCount, null);
  }

  @Override
  public void initializeSegment(@Nullable TrackingToken token, String processorName, int segment) {
    if (insert(token, processorName, segment) == 0) {
      throw new UnableToInitializeTokenException(
          "Segment " + segment + " of " + processorName + " exists already");
    }
  }

  @Override
  public boolean requiresExplicitSegmentInitialization() {
    return true;
  }

  @Override
  public void storeToken(@Nullable TrackingToken token, String processorName, int segment) {
    var place = new Place(processorName, segment);
    Stored before = stored.get(place);
    int updated =
        update(
            STORE,
            s -> {
              bindToken(s, 1, token);
              s.setString(3, processorName);
              s.setInt(4, segment);
              s.setString(5, owner);
              s.setBoolean(6, before == null);
              s.setObject(7, before == null ? null : before.position(), Types.BIGINT);
            });
    requireClaim(updated, processorName, segment);
    stored.put(place, new Stored(position(token)));
  }

  @Override
  public @Nullable TrackingToken fetchToken(String processorName, int segment) {
    return call(
        CLAIM,
        s -> {
          s.setString(1, owner);
          s.setString(2, processorName);
          s.setInt(3, segment);
          s.setString(4, owner);
          s.setDouble(5, claimTimeoutSeconds);
        },
        rows -> {
          requireClaim(rows.next() ? 1 : 0, processorName, segment);
          TrackingToken token = readToken(rows);
          stored.put(new Place(processorName, segment), new Stored(position(token)));
          return token;
        });
  }

  @Override
  public void extendClaim(String processorName, int segment) {
    requireClaim(update(EXTEND, s -> bindOwned(s, processorName, segment)), processorName, segment);
  }

  @Override
  public void releaseClaim(String processorName, int segment) {
    update(RELEASE, s -> bindOwned(s, processorName, segment));
  }

  @Override
  public void deleteToken(String processorName, int segment) {
    requireClaim(update(DELETE, s -> bindOwned(s, processorName, segment)), processorName, segment);
    stored.remove(new Place(processorName, segment));
  }

  @Override
  public int[] fetchSegments(String processorName) {
    return segments(processorName).stream().mapToInt(SegmentRow::segment).toArray();
  }

  @Override
  public List<Segment> fetchAvailableSegments(String processorName) {
    List<SegmentRow> rows = segments(processorName);
    int[] all = rows.stream().mapToInt(SegmentRow::segment).toArray();
    return rows.stream()
        .filter(SegmentRow::free)
        .map(row -> Segment.computeSegment(row.segment(), all))
        .toList();
  }

  @Override
  public Optional<String> retrieveStorageIdentifier() {
    return Optional.of("event_store.projection_token");
  }

  private record SegmentRow(int segment, boolean free) {}

  private record Place(String processor, int segment) {}

  private record Stored(@Nullable Long position) {}

  private static @Nullable Long position(@Nullable TrackingToken token) {
    TrackingToken plain = token instanceof ReplayToken replay ? replay.getCurrentToken() : token;
    return plain instanceof GlobalSequenceTrackingToken known ? known.getGlobalIndex() : null;
  }

  private List<SegmentRow> segments(String processorName) {
    return call(
        SEGMENTS,
        s -> {
          s.setString(1, owner);
          s.setDouble(2, claimTimeoutSeconds);
          s.setString(3, processorName);
        },
        rows -> {
          var found = new ArrayList<SegmentRow>();
          while (rows.next()) {
            found.add(new SegmentRow(rows.getInt(1), rows.getBoolean(2)));
          }
          return List.copyOf(found);
        });
  }

  private int insert(@Nullable TrackingToken token, String processorName, int segment) {
    return update(
        INSERT,
        s -> {
          s.setString(1, processorName);
          s.setInt(2, segment);
          bindToken(s, 3, token);
        });
  }

  private static void bindToken(PreparedStatement s, int at, @Nullable TrackingToken token)
      throws SQLException {
    if (token instanceof ReplayToken replay) {
      bindPosition(s, at, replay.getCurrentToken());
      bindPosition(s, at + 1, replay.getTokenAtReset());
    } else {
      bindPosition(s, at, token);
      s.setObject(at + 1, null, Types.BIGINT);
    }
  }

  private static void bindPosition(PreparedStatement s, int at, @Nullable TrackingToken token)
      throws SQLException {
    if (token == null) {
      s.setObject(at, null, Types.BIGINT);
    } else if (token instanceof GlobalSequenceTrackingToken plain) {
      s.setLong(at, plain.getGlobalIndex());
    } else {
      throw new IllegalArgumentException(
          "Expected a position token, but found " + token.getClass().getName());
    }
  }

  private static @Nullable TrackingToken readToken(ResultSet row) throws SQLException {
    long position = row.getLong(1);
    var current = row.wasNull() ? null : new GlobalSequenceTrackingToken(position);
    long until = row.getLong(2);
    return row.wasNull()
        ? current
        : ReplayToken.createReplayToken(new GlobalSequenceTrackingToken(until), current);
  }

  private void bindOwned(PreparedStatement s, String processorName, int segment)
      throws SQLException {
    s.setString(1, processorName);
    s.setInt(2, segment);
    s.setString(3, owner);
  }

  private static void requireClaim(int rows, String processorName, int segment) {
    if (rows != 1) {
      throw new UnableToClaimTokenException(
          "Segment "
              + segment
              + " of "
              + processorName
              + " is claimed by another process, or the database lost its last commits");
    }
  }

  private int update(String sql, Binder binder) {
    return run(connection -> {
      try (PreparedStatement s = connection.prepareStatement(sql)) {
        binder.bind(s);
        return s.executeUpdate();
      }
    });
  }

  private <T extends @Nullable Object> T call(String sql, Binder binder, Reader<T> reader) {
    return run(connection -> {
      try (PreparedStatement s = connection.prepareStatement(sql)) {
        binder.bind(s);
        try (ResultSet rows = s.executeQuery()) {
          return reader.read(rows);
        }
      }
    });
  }

  private <T extends @Nullable Object> T run(ConnectionSource.Work<T> work) {
    try {
      return connections.with(work);
    } catch (SQLException e) {
      throw new TokenStoreException("Expected to reach event_store.projection_token", e);
    }
  }

  @FunctionalInterface
  private interface Binder {
    void bind(PreparedStatement statement) throws SQLException;
  }

  @FunctionalInterface
  private interface Reader<T extends @Nullable Object> {
    T read(ResultSet rows) throws SQLException;
  }

  /** The database could not be asked for a token; the processor tries again. */
  public static final class TokenStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TokenStoreException(String message, SQLException cause) {
      super(message, cause);
    }
  }
}
