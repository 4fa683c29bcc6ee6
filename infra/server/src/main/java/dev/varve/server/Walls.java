package dev.varve.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which roles connections step down to. The program logs in as the owner of its schemas, migrates
 * them, and then keeps only what each pool needs: no pool can change or delete an event, only the
 * log's own writers add any, and the queries' pool writes nothing. The walls stop mistakes, not an
 * intruder who can send any statement: he could step up again.
 */
final class Walls {
  private static final Logger LOG = LoggerFactory.getLogger(Walls.class);

  /**
   * Tells whether the owner may become a role that can reach every schema, the youngest table of
   * each included: what was migrated before there was the role is not granted.
   */
  private static final String STANDS =
      """
      select has_schema_privilege(r.oid, 'read_model', 'usage')
         and has_table_privilege(r.oid, 'event_store.parked_sequence', 'select')
         and has_table_privilege(r.oid, 'work.timer', 'select')
         and has_table_privilege(r.oid, 'read_model.execution', 'select')
        from pg_roles r where r.rolname = ?\
      """;

  private final Set<Role> standing;

  /** A role and what it is for. */
  enum Role {
    /** The log's writers, loading of streams, leases and timers. */
    WRITER("varve_writer", "writers could change events"),
    /** Projections. */
    PROJECTOR("varve_projector", "projections could write events"),
    /** Queries. */
    QUERY("varve_query", "queries could write");

    private final String name;
    private final String without;

    Role(String name, String without) {
      this.name = name;
      this.without = without;
    }
  }

  private Walls(Set<Role> standing) {
    this.standing = standing;
  }

  /**
   * Looks which walls stand, raises the others where the owner may, and says in the log which are
   * missing then. Does not fail: one role can serve all.
   *
   * @param owner connections as the owner of all schemas, which are migrated
   */
  static Walls raise(DataSource owner) {
    Set<Role> standing = EnumSet.noneOf(Role.class);
    try (Connection connection = owner.getConnection()) {
      connection.setAutoCommit(true);
      look(connection, standing);
      if (standing.size() < Role.values().length) {
        build(connection);
        look(connection, standing);
      }
    } catch (SQLException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("roles not looked at");
    }
    for (Role role : Role.values()) {
      if (!standing.contains(role)) {
        LOG.atWarn()
            .addKeyValue("role", role.name)
            .log(
                "wall missing: {} by mistake. Let the database's owner create roles, or create the"
                    + " role and grant it to the owner, and start again",
                role.without);
      }
    }
    return new Walls(standing);
  }

  /** Returns the role to step down to; null for none. */
  @Nullable String role(Role role) {
    return standing.contains(role) ? role.name : null;
  }

  private static void look(Connection connection, Set<Role> standing) throws SQLException {
    for (Role role : Role.values()) {
      if (granted(connection, role) && reachable(connection, role)) {
        standing.add(role);
      }
    }
  }

  private static boolean granted(Connection connection, Role role) throws SQLException {
    try (var statement = connection.prepareStatement(STANDS)) {
      statement.setString(1, role.name);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** Tried rather than asked: what membership allows differs between versions of PostgreSQL. */
  private static boolean reachable(Connection connection, Role role) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("set role " + role.name);
      statement.execute("reset role");
      return true;
    } catch (SQLException e) {
      LOG.debug("Role {} is out of reach", role.name, e);
      return false;
    }
  }

  private static void build(Connection connection) {
    try (InputStream script = Walls.class.getResourceAsStream("/db/walls.sql");
        var statement = connection.createStatement()) {
      if (script == null) {
        throw new IllegalStateException("Expected db/walls.sql on the class path");
      }
      statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("roles not made");
    }
  }
}
