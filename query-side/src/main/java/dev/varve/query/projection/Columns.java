package dev.varve.query.projection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows for one bulk statement, column by column: each column is one array parameter, in the order
 * in which the columns were made, for {@code unnest}. Instants travel as microseconds since 1970
 * and ids as text, since the driver sends arrays of those in binary.
 */
public final class Columns {
  private final List<String> types = new ArrayList<>();
  private final List<List<@Nullable Object>> columns = new ArrayList<>();
  private final int rows;

  /**
   * Makes an empty set of columns.
   *
   * @param rows how many rows are expected
   */
  public Columns(int rows) {
    this.rows = rows;
  }

  /** Returns SQL that turns a column of microseconds into an instant. */
  public static String instant(String column) {
    return "timestamptz 'epoch' + " + column + " * interval '1 microsecond'";
  }

  /** Adds a column of text. */
  public Column<String> text() {
    return column("text");
  }

  /** Adds a column of integers. */
  public Column<Integer> integers() {
    return column("int4");
  }

  /** Adds a column of bigints. */
  public Column<Long> longs() {
    return column("int8");
  }

  /** Adds a column of booleans. */
  public Column<Boolean> booleans() {
    return column("bool");
  }

  private <T> Column<T> column(String type) {
    var values = new ArrayList<@Nullable Object>(rows);
    types.add(type);
    columns.add(values);
    return new Column<>(values);
  }

  /** Runs {@code sql}, whose parameters are the columns. */
  public int execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(connection, statement);
      return statement.executeUpdate();
    }
  }

  /** Binds the columns as the first parameters of {@code statement}. */
  public void bind(Connection connection, PreparedStatement statement) throws SQLException {
    for (int i = 0; i < columns.size(); i++) {
      String type = types.get(i);
      statement.setArray(i + 1, connection.createArrayOf(type, array(type, columns.get(i))));
    }
  }

  private static @Nullable Object[] array(String type, List<@Nullable Object> values) {
    return switch (type) {
      case "text" -> values.toArray(new String[0]);
      case "int4" -> values.toArray(new Integer[0]);
      case "int8" -> values.toArray(new Long[0]);
      case "bool" -> values.toArray(new Boolean[0]);
      default -> throw new IllegalStateException("Expected a known type, but was " + type);
    };
  }

  /** Returns {@code instant} as microseconds since 1970; null for null. */
  public static @Nullable Long micros(@Nullable Instant instant) {
    return instant == null
        ? null
        : instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  /**
   * One column.
   *
   * @param <T> type of its values
   */
  public static final class Column<T> {
    private final List<@Nullable Object> values;

    private Column(List<@Nullable Object> values) {
      this.values = values;
    }

    /** Adds the value of the next row. */
    public void add(@Nullable T value) {
      values.add(value);
    }
  }
}
