package dev.varve.testkit.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.TenantId;
import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.projection.Projection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Transactions of others that stay open do not hold projections up. */
class ForeignTransactionsIT {
  private static final int STREAMS = 50;

  @Test
  void an_idle_transaction_and_a_long_snapshot_do_not_stop_a_projection() throws SQLException {
    try (ReadSide side = ReadSide.open(1);
        Connection idle = side.dataSource().getConnection();
        Connection dump = side.dataSource().getConnection()) {
      Projection projection = side.follow(ExecutionProjection::new, 10);
      begin(idle, "select pg_current_xact_id()");
      // What pg_dump does: one snapshot for all, and a lock on every table.
      begin(
          dump,
          "set transaction isolation level repeatable read, read only",
          "select count(*) from read_model.execution",
          "lock table read_model.execution, read_model.execution_node,"
              + " event_store.projection_token, event_store.parked_sequence in access share mode");
      var scenario = new ReadScenario(side);
      for (int i = 0; i < STREAMS; i++) {
        scenario.start(TenantId.DEFAULT, side.placement().newStreamId(0), null, Map.of());
      }
      side.awaitCaughtUp(projection);
      assertThat(side.rows(List.of("execution")).get("execution")).hasSize(STREAMS);
      idle.rollback();
      dump.rollback();
      idle.setAutoCommit(true);
      dump.setAutoCommit(true);
    }
  }

  private static void begin(Connection connection, String... statements) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
