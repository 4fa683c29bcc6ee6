package dev.varve.eventstore.axon;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Gives the connection of the transaction that runs on this thread, so that a token is written in
 * the same transaction as the rows it stands for. The server implements it over Spring's
 * transaction-bound connections.
 */
@FunctionalInterface
public interface ConnectionSource {
  /** Runs {@code work} with the connection; it is not closed, committed or rolled back here. */
  <T extends @Nullable Object> T with(Work<T> work) throws SQLException;

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object> {
    /** Does it. */
    T apply(Connection connection) throws SQLException;
  }
}
