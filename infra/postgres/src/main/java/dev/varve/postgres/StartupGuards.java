package dev.varve.postgres;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a server to which events must not be entrusted. What the server says about itself is read
 * first; then the three behaviours that the event store rests on are tried, since names and version
 * numbers prove nothing about a compatible product or a proxy in between.
 */
public final class StartupGuards {

  private static final Logger LOG = LoggerFactory.getLogger(StartupGuards.class);
  private static final Duration NOTIFY_LIMIT = Duration.ofSeconds(2);

  private StartupGuards() {}

  /**
   * Checks a server; leaves nothing behind there.
   *
   * @param access how to connect; two connections are used
   * @param unsafe turn every refusal into a warning ({@code --unsafe})
   * @return what the health page has to say
   * @throws StartupException with the code of the first fault and the text of all
   */
  public static GuardReport check(PostgresAccess access, boolean unsafe) {
    List<GuardReport.Warning> faults = new ArrayList<>();
    List<GuardReport.Warning> warnings = new ArrayList<>();
    boolean notifications = false;
    try (Connection first = ConnectionProbe.connect(access);
        Connection second = ConnectionProbe.connect(access)) {
      ServerFacts facts = ServerFacts.read(first);
      faults.addAll(facts.faults());
      if (!facts.replica() && !facts.readOnly()) {
        probeLock(first, second, faults);
        probeDuplicate(first, faults);
        notifications = probeNotify(first, second, warnings);
      }
    } catch (SQLException e) {
      throw new StartupException(
          "guard.failed",
          "The server could not be checked: " + e.getMessage() + ".",
          "Give the role the privileges of a database owner; --unsafe does not help here.",
          e);
    }
    if (!faults.isEmpty() && !unsafe) {
      throw refusal(faults);
    }
    faults.addAll(warnings);
    for (GuardReport.Warning warning : faults) {
      LOG.atWarn().addKeyValue("code", warning.code()).log(warning.problem());
    }
    return new GuardReport(faults, notifications);
  }

  private static StartupException refusal(List<GuardReport.Warning> faults) {
    return new StartupException(
        faults.getFirst().code(),
        faults.stream().map(GuardReport.Warning::problem).collect(Collectors.joining(" ")),
        faults.stream().map(GuardReport.Warning::remedy).collect(Collectors.joining(" "))
            + " Only for data that may be lost: start with --unsafe.");
  }

  private static void probeLock(
      Connection first, Connection second, List<GuardReport.Warning> faults) throws SQLException {
    // Any key will do; a random one cannot meet another node that starts at the same moment.
    long key = new SecureRandom().nextLong();
    first.setAutoCommit(false);
    try {
      boolean taken = ask(first, "select pg_try_advisory_xact_lock(" + key + ")");
      boolean takenTwice = ask(second, "select pg_try_advisory_xact_lock(" + key + ")");
      first.rollback();
      boolean free = ask(second, "select pg_try_advisory_xact_lock(" + key + ")");
      if (!taken || takenTwice || !free) {
        faults.add(
            new GuardReport.Warning(
                "guard.advisory-lock",
                "An advisory lock of one transaction does not exclude another connection.",
                "Use a PostgreSQL server; check what DATABASE_URL points to, and whether the"
                    + " search_path of this role hides PostgreSQL's own functions."));
      }
    } finally {
      first.rollback();
      first.setAutoCommit(true);
    }
  }

  private static void probeDuplicate(Connection connection, List<GuardReport.Warning> faults)
      throws SQLException {
    String schema = "varve_probe_" + Long.toUnsignedString(new SecureRandom().nextLong(), 36);
    connection.setAutoCommit(false);
    String state = "none";
    try (Statement statement = connection.createStatement()) {
      statement.execute("create schema " + schema);
      statement.execute("create table " + schema + ".probe (k bigint primary key)");
      statement.execute("insert into " + schema + ".probe (k) values (1)");
      try {
        statement.execute("insert into " + schema + ".probe (k) values (1)");
      } catch (SQLException e) {
        state = String.valueOf(e.getSQLState());
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    if (!state.equals("23505")) {
      faults.add(
          new GuardReport.Warning(
              "guard.duplicate",
              "A duplicate of a primary key gives SQLSTATE " + state + " instead of 23505.",
              "Use a PostgreSQL server; check what DATABASE_URL points to, and its event triggers."));
    }
  }

  private static boolean probeNotify(
      Connection listener, Connection sender, List<GuardReport.Warning> warnings)
      throws SQLException {
    String channel = "varve_probe_" + Long.toUnsignedString(new SecureRandom().nextLong(), 36);
    boolean arrived;
    try (Statement listen = listener.createStatement();
        Statement send = sender.createStatement()) {
      listen.execute("listen " + channel);
      send.execute("select pg_notify('" + channel + "', '')");
      PGNotification[] got =
          listener.unwrap(PGConnection.class).getNotifications((int) NOTIFY_LIMIT.toMillis());
      arrived = got != null && got.length > 0;
      listen.execute("unlisten *");
    }
    if (!arrived) {
      warnings.add(
          new GuardReport.Warning(
              "guard.notify",
              "A NOTIFY did not arrive within "
                  + NOTIFY_LIMIT
                  + ": nodes see each other's events by"
                  + " polling only.",
              "Connect directly instead of through a proxy that pools by transaction."));
    }
    return arrived;
  }

  private static boolean ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
