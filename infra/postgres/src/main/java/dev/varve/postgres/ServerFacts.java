package dev.varve.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server says about itself and its own durability.
 *
 * @param fsync setting {@code fsync}
 * @param fullPageWrites setting {@code full_page_writes}
 * @param synchronousCommit setting {@code synchronous_commit} of a new session of our role
 * @param replica whether it replays another server's log
 * @param readOnly whether new transactions of our role are read-only
 * @param encoding encoding of the database
 * @param managedStorage whether a managed flavour replaces these files by a storage of its own,
 *     where {@code fsync} and {@code full_page_writes} say nothing
 */
record ServerFacts(
    boolean fsync,
    boolean fullPageWrites,
    String synchronousCommit,
    boolean replica,
    boolean readOnly,
    String encoding,
    boolean managedStorage) {

  // A setting with context "postmaster" can only come from a module that the server itself loaded:
  // nobody can fake it with a setting of a database or a role.
  private static final String READ =
      """
      select current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
             current_setting('synchronous_commit'), pg_is_in_recovery(),
             current_setting('transaction_read_only') = 'on', current_setting('server_encoding'),
             exists (select 1 from pg_settings where context = 'postmaster'
                      and split_part(name, '.', 1) in ('neon', 'alloydb'))
             or exists (select 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                         where n.nspname = 'pg_catalog' and p.proname = 'aurora_version')
      """;

  static ServerFacts read(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(READ)) {
      row.next();
      return new ServerFacts(
          row.getBoolean(1),
          row.getBoolean(2),
          row.getString(3),
          row.getBoolean(4),
          row.getBoolean(5),
          row.getString(6),
          row.getBoolean(7));
    }
  }

  /**
   * Judges without any IO.
   *
   * @return what must be put right before events are entrusted to this server; empty when sound
   */
  List<GuardReport.Warning> faults() {
    List<GuardReport.Warning> faults = new ArrayList<>();
    if (!fsync && !managedStorage) {
      faults.add(
          new GuardReport.Warning(
              "guard.fsync",
              "The server runs with fsync = off: a power cut or crash of the machine destroys data.",
              "Set fsync = on in postgresql.conf and reload."));
    }
    if (!fullPageWrites && !managedStorage) {
      faults.add(
          new GuardReport.Warning(
              "guard.full-page-writes",
              "The server runs with full_page_writes = off: a crash can leave torn pages.",
              "Set full_page_writes = on in postgresql.conf and reload."));
    }
    if (synchronousCommit.equals("off")) {
      faults.add(
          new GuardReport.Warning(
              "guard.synchronous-commit",
              "synchronous_commit is off: commands that were acknowledged are lost in a crash.",
              "Set synchronous_commit to on or local in postgresql.conf, and remove it from the"
                  + " settings of this role and database (alter role ... reset"
                  + " synchronous_commit)."));
    }
    if (replica) {
      faults.add(
          new GuardReport.Warning(
              "guard.replica",
              "The server is a replica (in recovery) and takes no writes.",
              "Point DATABASE_URL to the primary, or name all servers and add"
                  + " target_session_attrs=read-write."));
    } else if (readOnly) {
      faults.add(
          new GuardReport.Warning(
              "guard.read-only",
              "Transactions are read-only here (default_transaction_read_only = on).",
              "Reset default_transaction_read_only for this server, database and role."));
    }
    if (!encoding.equals("UTF8")) {
      faults.add(
          new GuardReport.Warning(
              "guard.encoding",
              "The database has server_encoding = " + encoding + " and cannot store all text.",
              "Create the database with: create database ... encoding 'UTF8' template template0;"));
    }
    return faults;
  }
}
