package dev.varve.eventstore.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Forgets receipts that are older than the time in which a repeated command is recognised. Deletes
 * little at a time, so that it never holds up the writers; call it now and then, on any node.
 */
public final class ReceiptRetention {
  /** How long a repeated command is recognised when nothing else is set. */
  public static final Duration DEFAULT = Duration.ofDays(7);

  private static final int ROWS_PER_COMMIT = 2_000;

  private static final String DELETE =
      """
      delete from event_store.receipt
       where ctid = any (array(select ctid from event_store.receipt
                                where recorded_at < now() - ? * interval '1 second'
                                order by recorded_at limit ?))
      """;

  private final DataSource database;
  private final Duration keep;

  /** Keeps receipts for {@code keep}. */
  public ReceiptRetention(DataSource database, Duration keep) {
    this.database = database;
    this.keep = keep;
  }

  /**
   * Deletes what is too old, in several commits.
   *
   * @return how many receipts were forgotten
   */
  public long run() throws SQLException {
    try (Connection connection = database.getConnection();
        var delete = connection.prepareStatement(DELETE)) {
      connection.setAutoCommit(true);
      long forgotten = 0;
      int last;
      do {
        delete.setLong(1, keep.toSeconds());
        delete.setInt(2, ROWS_PER_COMMIT);
        last = delete.executeUpdate();
        forgotten += last;
      } while (last == ROWS_PER_COMMIT);
      return forgotten;
    }
  }
}
