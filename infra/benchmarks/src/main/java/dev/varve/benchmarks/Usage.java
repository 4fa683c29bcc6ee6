package dev.varve.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * What the JVM, PostgreSQL and the write-ahead log have used up so far; two of them give a rate.
 *
 * @param nanos when it was taken
 * @param jvmCpuNanos processor time of this process
 * @param postgresCpuTicks processor time of the postmaster and its present children, in clock ticks
 *     of 10 ms
 * @param walBytes bytes of write-ahead log ever written
 * @param walSyncs syncs of it; -1 where the server does not count them
 * @param commits transactions committed in this database
 */
record Usage(
    long nanos,
    long jvmCpuNanos,
    long postgresCpuTicks,
    long walBytes,
    long walSyncs,
    long commits) {
  private static final long TICK_NANOS = Duration.ofMillis(10).toNanos();

  static Usage take(DataSource database) throws SQLException, IOException {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
                  (select xact_commit from pg_stat_database where datname = current_database()),
                  pg_backend_pid()
                """)) {
      row.next();
      return new Usage(
          System.nanoTime(),
          ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos(),
          postgresTicks(row.getLong(3)),
          row.getLong(1),
          -1,
          row.getLong(2));
    }
  }

  /** Returns cores used by the JVM since {@code earlier}. */
  double jvmCores(Usage earlier) {
    return (double) (jvmCpuNanos - earlier.jvmCpuNanos) / (nanos - earlier.nanos);
  }

  /** Returns cores used by PostgreSQL since {@code earlier}. */
  double postgresCores(Usage earlier) {
    return (double) (postgresCpuTicks - earlier.postgresCpuTicks)
        * TICK_NANOS
        / (nanos - earlier.nanos);
  }

  /** Returns the seconds since {@code earlier}. */
  double seconds(Usage earlier) {
    return (nanos - earlier.nanos) / 1e9;
  }

  // A backend's parent is the postmaster; all of its children are looked at.
  private static long postgresTicks(long backend) throws IOException {
    long postmaster = Long.parseLong(stat(Path.of("/proc/" + backend + "/stat")).get(1));
    long ticks = 0;
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path each : processes) {
        List<String> fields = stat(each.resolve("stat"));
        long pid = Long.parseLong(each.getFileName().toString());
        if (!fields.isEmpty()
            && (pid == postmaster || fields.get(1).equals(Long.toString(postmaster)))) {
          ticks += Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
        }
      }
    }
    return ticks;
  }

  /** Returns the fields after the command's name; empty when the process is gone. */
  private static List<String> stat(Path file) {
    try {
      String text = Files.readString(file);
      return new ArrayList<>(List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1)));
    } catch (IOException e) {
      return List.of();
    }
  }
}
