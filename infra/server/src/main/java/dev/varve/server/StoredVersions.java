package dev.varve.server;

import dev.varve.api.log.LogToken;
import dev.varve.api.log.StreamIds;
import dev.varve.query.http.StreamVersions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.UncategorizedSQLException;

/** Finds versions of streams in the log: the newest rows of one stream, by its unique key. */
record StoredVersions(DataSource pool) implements StreamVersions {
  private static final String NEWEST =
      """
      select sequence from event_store.event
      where partition = ? and stream_id = ? and position <= ? order by sequence desc limit 1\
      """;

  @Override
  public @Nullable Long at(UUID stream, LogToken asOf) {
    int partition = StreamIds.partitionOf(stream);
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(NEWEST)) {
      statement.setShort(1, (short) partition);
      statement.setObject(2, stream);
      statement.setLong(3, asOf.at(partition).position());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : null;
      }
    } catch (SQLException e) {
      throw new UncategorizedSQLException("version of a stream", NEWEST, e);
    }
  }
}
