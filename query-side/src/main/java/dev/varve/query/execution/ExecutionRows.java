package dev.varve.query.execution;

import dev.varve.api.execution.ExecutionView.AttemptStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.query.projection.ReadModel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows of the read model as they are read back. */
final class ExecutionRows {
  private ExecutionRows() {}

  /** A node of the definition. */
  record GraphNode(String id, String type) {
    static GraphNode of(ResultSet row) throws SQLException {
      return new GraphNode(row.getString("node_id"), row.getString("type"));
    }
  }

  /** A node instance that was reached. */
  record NodeRow(
      String path,
      NodeStatus status,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String input,
      @Nullable String output,
      @Nullable String error,
      @Nullable String skipReason) {
    static NodeRow of(ResultSet row) throws SQLException {
      return new NodeRow(
          row.getString("path"),
          StatusCodes.node(row.getInt("status")),
          row.getInt("attempt"),
          ReadModel.instant(row, "started_at"),
          ReadModel.instant(row, "ended_at"),
          row.getString("input"),
          row.getString("output"),
          row.getString("error"),
          row.getString("skip_reason"));
    }
  }

  /** An attempt that was followed by another one. */
  record AttemptRow(
      String path,
      int number,
      AttemptStatus status,
      Instant endedAt,
      Instant nextStartedAt,
      @Nullable String error) {
    static AttemptRow of(ResultSet row) throws SQLException {
      return new AttemptRow(
          row.getString("path"),
          row.getInt("number"),
          StatusCodes.attempt(row.getInt("status")),
          ReadModel.requiredInstant(row, "ended_at"),
          ReadModel.requiredInstant(row, "next_started_at"),
          row.getString("error"));
    }
  }
}
