package dev.varve.query.projection;

import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the read models. All statements of one question see the same snapshot, so that the position
 * that an answer carries is the one its rows show.
 */
public final class ReadModel {
  /** Name of the schema, and of its folder of migrations: {@code db/read_model}. */
  public static final String SCHEMA = "read_model";

  // The token's row is written in the transaction of the rows it stands for. The join finds the
  // chain hash there, which makes the position checkable.
  private static final String AS_OF =
      """
      select split.partition, t.position, e.hash
      from event_store.projection_token t
      cross join lateral (
        select coalesce(nullif(split_part(t.processor, '@', 2), ''), '0')::smallint as partition
      ) split
      left join event_store.event e
        on e.partition = split.partition and e.position = t.position
      where t.segment = 0 and (t.processor = ? or t.processor like ?)
      order by split.partition\
      """;

  private final DataSource dataSource;

  /** Reads through connections of {@code dataSource}. */
  public ReadModel(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Answers one question.
   *
   * @throws ProjectionFailure when the database refuses or is not there
   */
  public <T extends @Nullable Object> T read(Question<T> question) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement begin = connection.createStatement()) {
        begin.execute("set transaction isolation level repeatable read read only");
        return question.answer(new Snapshot(connection));
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new ProjectionFailure("Read model could not be read", e);
    }
  }

  /**
   * Returns what {@link #read} asks.
   *
   * @param <T> the answer
   */
  @FunctionalInterface
  public interface Question<T extends @Nullable Object> {
    /** Returns the answer from {@code snapshot}. */
    T answer(Snapshot snapshot) throws SQLException;
  }

  /**
   * Turns a row into a value.
   *
   * @param <T> the value
   */
  @FunctionalInterface
  public interface Row<T> {
    /** Returns the value of the current row of {@code row}. */
    T map(ResultSet row) throws SQLException;
  }

  /** The database at one moment. */
  public static final class Snapshot {
    private final Connection connection;

    private Snapshot(Connection connection) {
      this.connection = connection;
    }

    /** Returns the rows of {@code sql}. Instants are bound as {@code timestamptz}. */
    public <T> List<T> list(String sql, List<?> parameters, Row<T> row) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (int i = 0; i < parameters.size(); i++) {
          Object value = parameters.get(i);
          statement.setObject(
              i + 1, value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
        }
        try (ResultSet rows = statement.executeQuery()) {
          var found = new ArrayList<T>();
          while (rows.next()) {
            found.add(row.map(rows));
          }
          return found;
        }
      }
    }

    /** Returns the only row of {@code sql}; null when there is none. */
    public <T> @Nullable T one(String sql, List<?> parameters, Row<T> row) throws SQLException {
      List<T> found = list(sql, parameters, row);
      return found.isEmpty() ? null : found.getFirst();
    }

    /** Returns how far {@code projection} has come in each partition. */
    public LogToken asOf(String projection) throws SQLException {
      return new LogToken(
          list(
              AS_OF,
              List.of(projection, projection + "@%"),
              row -> position(row.getInt(1), row.getLong(2), row.getBytes(3))));
    }

    /** Returns how far {@code projection} has come in {@code partition}. */
    public LogPosition asOf(String projection, int partition) throws SQLException {
      return asOf(projection).at(partition);
    }
  }

  /** Returns an instant column; null for SQL null. */
  public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  /** Returns an instant column that is never null. */
  public static Instant requiredInstant(ResultSet row, String column) throws SQLException {
    Instant value = instant(row, column);
    if (value == null) {
      throw new SQLException("Expected column " + column + " to have a value");
    }
    return value;
  }

  static LogPosition position(int partition, long position, byte @Nullable [] hash) {
    return hash == null
        ? LogPosition.start(partition)
        : new LogPosition(partition, position, prefix(hash));
  }

  private static int prefix(byte[] hash) {
    return (hash[0] & 0xff) << 24
        | (hash[1] & 0xff) << 16
        | (hash[2] & 0xff) << 8
        | (hash[3] & 0xff);
  }
}
