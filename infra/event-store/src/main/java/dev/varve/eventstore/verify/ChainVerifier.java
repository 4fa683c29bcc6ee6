package dev.varve.eventstore.verify;

import dev.varve.eventstore.codec.Envelope;
import dev.varve.eventstore.codec.PayloadCodec;
import dev.varve.eventstore.verify.Verdict.Problem;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Computes the chain of a partition again from its rows and names the first position that is not
 * what was written: a changed byte in any column, a deleted, inserted or exchanged row.
 *
 * <p>Whoever can rewrite all later hashes, or cut off the end, is caught only by a hash kept
 * outside the database: pass the position known from there as {@code to} and compare the hash of
 * the verdict.
 */
public final class ChainVerifier {
  private static final int PAGE = 1_000;

  private static final String ROWS =
      """
      select e.position, e.stream_id, t.stream_type, e.sequence, e.event_id, t.name, e.revision, e.command_offset,
             e.tenant_id, n.name, e.metadata, e.payload, e.recorded_at, e.hash
        from event_store.event e
        left join event_store.event_type t on t.id = e.type
        left join event_store.node n on n.id = e.node
       where e.partition = ?::smallint and e.position >= ? and e.position < ?
       order by e.position
      """;

  private final DataSource database;

  /** Makes a verifier that reads through a pool; it needs read access only. */
  public ChainVerifier(DataSource database) {
    this.database = database;
  }

  /** Verifies a partition from its first event to its last. */
  public Verdict verify(int partition) throws SQLException {
    return verify(partition, 1, Long.MAX_VALUE);
  }

  /**
   * Verifies a range. What lies before {@code from} is taken for granted.
   *
   * @param from first position, at least 1
   * @param to last position, which must exist; {@link Long#MAX_VALUE} for the last there is
   */
  public Verdict verify(int partition, long from, long to) throws SQLException {
    if (from < 1 || to < from - 1) {
      throw new IllegalArgumentException("Expected 1 <= from <= to, but was " + from + " to " + to);
    }
    try (Connection connection = database.getConnection();
        PreparedStatement rows = connection.prepareStatement(ROWS)) {
      var walk = new Walk(partition, from);
      if (from > 1 && !walk.startAfter(connection)) {
        return walk.verdict(to);
      }
      while (walk.problem == null && walk.next <= to) {
        rows.setInt(1, partition);
        rows.setLong(2, walk.next);
        rows.setLong(3, Math.min(walk.next + PAGE, to == Long.MAX_VALUE ? to : to + 1));
        if (!walk.page(rows)) {
          walk.end(connection, to);
          break;
        }
      }
      return walk.verdict(to);
    }
  }

  /** One way through a partition. */
  private static final class Walk {
    private final MessageDigest digest = Envelope.newDigest();
    private final int partition;
    private final long from;
    private byte[] hash = Envelope.genesis();
    private long recordedAt = Long.MIN_VALUE;
    private long next;
    private long erased;
    private @Nullable Problem problem;

    Walk(int partition, long from) {
      this.partition = partition;
      this.from = from;
      this.next = from;
    }

    boolean startAfter(Connection connection) throws SQLException {
      try (var ask =
          connection.prepareStatement(
              "select hash, recorded_at from event_store.event where partition = ?::smallint and position = ?")) {
        ask.setInt(1, partition);
        ask.setLong(2, from - 1);
        try (ResultSet row = ask.executeQuery()) {
          if (!row.next()) {
            next = from - 1;
            missing();
            return false;
          }
          hash = row.getBytes(1);
          recordedAt = micros(row, 2);
          return true;
        }
      }
    }

    /** Walks over one page; false when it was empty. */
    boolean page(PreparedStatement rows) throws SQLException {
      boolean any = false;
      try (ResultSet row = rows.executeQuery()) {
        while (problem == null && row.next()) {
          any = true;
          step(row);
        }
      }
      return any;
    }

    private void step(ResultSet row) throws SQLException {
      if (row.getLong(1) != next) {
        missing();
        return;
      }
      long at = micros(row, 13);
      byte[] stored = row.getBytes(14);
      byte[] computed = computed(row, at);
      if (computed == null || !Arrays.equals(stored, computed)) {
        problem =
            new Problem(
                next,
                "altered",
                "Position "
                    + next
                    + " of partition "
                    + partition
                    + " is not what was written there: its hash does not continue the chain");
      } else if (at < recordedAt) {
        problem =
            new Problem(
                next, "time-decreased", "Position " + next + " is older than the one before");
      } else {
        hash = computed;
        recordedAt = at;
        next++;
      }
    }

    private byte @Nullable [] computed(ResultSet row, long at) throws SQLException {
      String streamType = row.getString(3);
      String type = row.getString(6);
      String node = row.getString(10);
      byte[] payload = row.getBytes(12);
      if (streamType == null || type == null || node == null) {
        return null;
      }
      if (PayloadCodec.erased(payload)) {
        erased++;
      }
      var envelope =
          new Envelope(
              row.getObject(2, UUID.class),
              streamType,
              row.getLong(4),
              row.getObject(5, UUID.class),
              type,
              row.getInt(7),
              row.getInt(8),
              row.getString(9),
              node,
              row.getBytes(11),
              Envelope.payloadDigest(payload));
      return Envelope.chain(digest, hash, partition, next, at, envelope.digest());
    }

    /**
     * Nothing followed: right at the end of the log, wrong when it was asked for or when there is a
     * later position without it. Both are asked for by one statement, hence of one moment: the log
     * may have grown since the page was read, and what came after it is no hole.
     */
    void end(Connection connection, long to) throws SQLException {
      if (to != Long.MAX_VALUE) {
        missing();
        return;
      }
      try (var ask =
          connection.prepareStatement(
              "select coalesce(min(position) > ?, false) from event_store.event where partition = ?::smallint and position >= ?")) {
        ask.setLong(1, next);
        ask.setInt(2, partition);
        ask.setLong(3, next);
        try (ResultSet row = ask.executeQuery()) {
          row.next();
          if (row.getBoolean(1)) {
            missing();
          }
        }
      }
    }

    private void missing() {
      problem =
          new Problem(
              next, "missing", "Position " + next + " of partition " + partition + " is not there");
    }

    Verdict verdict(long to) {
      long last = to == Long.MAX_VALUE ? next - 1 : to;
      return new Verdict(
          partition,
          from,
          last,
          Math.max(0, next - from),
          erased,
          HexFormat.of().formatHex(hash),
          problem);
    }

    private static long micros(ResultSet row, int column) throws SQLException {
      return ChronoUnit.MICROS.between(
          Instant.EPOCH, row.getObject(column, OffsetDateTime.class).toInstant());
    }
  }
}
