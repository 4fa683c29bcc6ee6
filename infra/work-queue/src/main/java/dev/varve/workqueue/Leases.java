package dev.varve.workqueue;

import dev.varve.command.port.Incarnation;
import dev.varve.command.port.LocalWork;
import dev.varve.command.port.WorkOwnership;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's right to its attempts, kept alive by heartbeats on the database's clock.
 *
 * <p>The protocol. A process registers before it decides anything. Whoever finds a lease expired
 * deletes the row first (that is the death certificate) and only then takes attempts over, each by
 * an event. A process whose row still stands may therefore renew it however late it comes: nobody
 * has touched its work. A process whose row is gone forgets every attempt it has not begun and
 * registers again; what it still owns is then found by its own recovery, and a result for an
 * attempt that was taken over meanwhile is refused by the attempt number. So the lease saves work,
 * the event fences.
 */
public final class Leases implements WorkOwnership, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

  /**
   * Commits synchronously, whatever the connection's default: a lease must not be undone. Part of
   * the statement, which is its own transaction: a process that freezes cannot keep the row locked.
   */
  private static final String DURABLY =
      "with durable as materialized (select set_config('synchronous_commit', 'on', true))\n";

  private static final String REGISTER =
      DURABLY
          + """
          insert into work.lease (incarnation, node, expires_at)
          select ?, ?, clock_timestamp() + make_interval(secs => ?) from durable
          on conflict (incarnation) do update set expires_at = excluded.expires_at\
          """;

  private static final String RENEW =
      DURABLY
          + """
          update work.lease set expires_at = clock_timestamp() + make_interval(secs => ?)
          from durable where incarnation = ?\
          """;

  private static final String RELEASE =
      DURABLY + "delete from work.lease using durable where incarnation = ?";

  private static final String DECLARE_OTHERS_DEAD =
      DURABLY + "delete from work.lease using durable where incarnation <> ?";

  private static final String DECLARE_EXPIRED_DEAD =
      """
      delete from work.lease where expires_at < clock_timestamp() and incarnation <> ?
      returning incarnation, node\
      """;

  private static final String LIVE =
      """
      select incarnation from work.lease
      where expires_at >= clock_timestamp() or incarnation = ? order by incarnation\
      """;

  private final DataSource dataSource;
  private final Incarnation self;
  private final WorkSettings settings;
  private final Loop heartbeat;
  private volatile long heldUntil = System.nanoTime();
  private volatile @Nullable LocalWork local;

  /**
   * A process's part of the work that is nobody's in particular.
   *
   * @param index its place among the live processes, from 0
   * @param count how many live processes there are
   */
  record Share(int index, int count) {}

  /**
   * Makes the leases of one process.
   *
   * @param dataSource connections for heartbeats; best not those that work waits for
   */
  public Leases(DataSource dataSource, Incarnation self, WorkSettings settings) {
    this.dataSource = dataSource;
    this.self = self;
    this.settings = settings;
    this.heartbeat = new Loop("heartbeat", settings.lease().dividedBy(3), this::renew);
  }

  /**
   * Registers and begins to send heartbeats. To be called before the first command is decided;
   * until then the lease is not held.
   *
   * @param work told when the lease was lost and when it holds again
   * @throws SQLException when the database cannot be reached
   */
  public void start(LocalWork work) throws SQLException {
    if (settings.sole()) {
      int dead = update(DECLARE_OTHERS_DEAD, s -> s.setString(1, self.id()));
      if (dead > 0) {
        LOG.info("Earlier processes are dead: the database belongs to this one. count={}", dead);
      }
    }
    long before = System.nanoTime();
    register();
    heldUntil = before + settings.lease().toNanos();
    local = work;
    heartbeat.start();
    work.resume();
  }

  @Override
  public boolean held() {
    return local != null && heldUntil - System.nanoTime() > 0;
  }

  /** Returns how the heartbeat is doing. */
  public LoopHealth health() {
    return heartbeat.health();
  }

  /** Stops the heartbeat and releases the lease: others take over at once what is left. */
  @Override
  public void close() {
    heartbeat.close();
    if (local == null) {
      return;
    }
    local = null;
    try {
      update(RELEASE, s -> s.setString(1, self.id()));
    } catch (SQLException unreachable) {
      LOG.warn("Lease could not be released; it expires by itself.", unreachable);
    }
  }

  /** Deletes the leases that have expired; others' work may be taken over after this. */
  void declareDead() throws SQLException {
    List<String> dead =
        query(
            DECLARE_EXPIRED_DEAD,
            s -> s.setString(1, self.id()),
            rows -> rows.getString(2) + " (" + rows.getString(1) + ")");
    for (String each : dead) {
      LOG.warn("A process lost its lease; its work is taken over. process={}", each);
    }
  }

  /** Returns this process's share among those alive. */
  Share share() throws SQLException {
    List<String> live = query(LIVE, s -> s.setString(1, self.id()), rows -> rows.getString(1));
    int index = live.indexOf(self.id());
    return index < 0 ? new Share(0, 1) : new Share(index, live.size());
  }

  private void renew() throws SQLException {
    LocalWork work = local;
    if (work == null) {
      return;
    }
    long before = System.nanoTime();
    boolean held = held();
    int renewed =
        update(
            RENEW,
            s -> {
              s.setDouble(1, seconds());
              s.setString(2, self.id());
            });
    if (renewed == 0) {
      LOG.warn("Lease was lost: attempts that have not begun are forgotten. node={}", self.node());
      heldUntil = before;
      held = false;
      work.forgetWaiting();
      register();
    }
    heldUntil = before + settings.lease().toNanos();
    if (!held) {
      work.resume();
    }
  }

  private void register() throws SQLException {
    int _ =
        update(
            REGISTER,
            s -> {
              s.setString(1, self.id());
              s.setString(2, self.node());
              s.setDouble(3, seconds());
            });
  }

  private double seconds() {
    return settings.lease().toMillis() / 1_000.0;
  }

  private int update(String sql, Binder binder) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(timeoutSeconds());
      binder.bind(statement);
      return statement.executeUpdate();
    }
  }

  private <T> List<T> query(String sql, Binder binder, Row<T> reader) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(timeoutSeconds());
      binder.bind(statement);
      try (ResultSet rows = statement.executeQuery()) {
        var all = new ArrayList<T>();
        while (rows.next()) {
          all.add(reader.read(rows));
        }
        return all;
      }
    }
  }

  private int timeoutSeconds() {
    return (int) Math.max(1, Duration.ofMillis(settings.lease().toMillis() / 2).toSeconds());
  }

  @FunctionalInterface
  private interface Binder {
    void bind(PreparedStatement statement) throws SQLException;
  }

  @FunctionalInterface
  private interface Row<T extends @Nullable Object> {
    T read(ResultSet rows) throws SQLException;
  }
}
