package dev.varve.eventstore.schema;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Brings one schema of the product to the version of this program. Each schema has a history of its
 * own, kept in the schema itself.
 */
public final class SchemaMigrations {
  /** The schema of the log. */
  public static final SchemaMigrations EVENT_STORE =
      new SchemaMigrations("event_store", "classpath:db/event_store");

  private static final String HISTORY = "schema_history";

  private final String schema;
  private final String location;

  /**
   * Names a schema and where its migrations lie.
   *
   * @param schema created when absent
   * @param location e.g. {@code classpath:db/event_store}
   */
  public SchemaMigrations(String schema, String location) {
    this.schema = schema;
    this.location = location;
  }

  /**
   * Applies what is missing.
   *
   * @throws SchemaTooNewException when the schema was changed by a newer program; nothing is done
   *     then
   */
  public void migrate(DataSource database) {
    Flyway flyway = flyway(database);
    refuseNewer(flyway);
    flyway.migrate();
  }

  /**
   * Checks without changing anything.
   *
   * @throws SchemaTooNewException when the schema was changed by a newer program
   */
  public void check(DataSource database) {
    refuseNewer(flyway(database));
  }

  private Flyway flyway(DataSource database) {
    return Flyway.configure(SchemaMigrations.class.getClassLoader())
        .dataSource(database)
        .schemas(schema)
        .defaultSchema(schema)
        .table(HISTORY)
        .locations(location)
        .cleanDisabled(true)
        .load();
  }

  private void refuseNewer(Flyway flyway) {
    MigrationVersion known = MigrationVersion.EMPTY;
    MigrationVersion found = MigrationVersion.EMPTY;
    for (MigrationInfo migration : flyway.info().all()) {
      MigrationVersion version = migration.getVersion();
      if (version == null) {
        continue;
      }
      if (migration.getState().isResolved() && version.compareTo(known) > 0) {
        known = version;
      }
      if (migration.getState().isApplied() && version.compareTo(found) > 0) {
        found = version;
      }
    }
    if (found.compareTo(known) > 0) {
      throw new SchemaTooNewException(schema, found.toString(), known.toString());
    }
  }
}
