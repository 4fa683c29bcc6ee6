package dev.varve.testkit.log;

import dev.varve.eventstore.postgres.WriterConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Writers' connections that a test can cut on the client's side, so that the server does not notice
 * and goes on with what it was told.
 */
public final class CutConnections implements WriterConnections {
  private final WriterConnections connections;
  private final ConcurrentHashMap<String, Connection> latest = new ConcurrentHashMap<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** Opens connections as {@code connections} does. */
  public CutConnections(WriterConnections connections) {
    this.connections = connections;
  }

  @Override
  public Connection open(String purpose) throws SQLException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("Interrupted", "08001", e);
    }
    Connection opened = connections.open(purpose);
    latest.put(purpose, opened);
    return opened;
  }

  /** Cuts the connection of a partition's writer; the server's side stays as it is. */
  public void cut(int partition) {
    Connection connection = latest.get("varve append " + partition);
    if (connection == null) {
      throw new IllegalStateException("Partition " + partition + " has no writer");
    }
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets nobody connect any more. */
  public void shut() {
    gate = new CountDownLatch(1);
  }

  /** Lets everybody connect again. */
  public void reopen() {
    gate.countDown();
  }
}
