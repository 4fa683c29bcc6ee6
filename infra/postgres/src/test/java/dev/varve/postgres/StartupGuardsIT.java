package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartupGuardsIT {

  @TempDir static Path directory;
  private static EmbeddedPostgres server;
  private static Sql admin;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(Prepared.in(directory)));
    admin = Sql.on(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a_sound_server_passes_and_nothing_is_left_there() throws Exception {
    GuardReport report = StartupGuards.check(asAdmin(), false);

    assertThat(report.warnings()).isEmpty();
    assertThat(report.notifications()).isTrue();
    assertThat(admin.ask("select count(*) from pg_namespace where nspname like 'varve%'"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({"fsync, guard.fsync", "full_page_writes, guard.full-page-writes"})
  void a_server_that_can_lose_its_files_is_refused(String setting, String code) throws Exception {
    admin.run("alter system set " + setting + " = off", "select pg_reload_conf()");
    try {
      awaitSetting(setting, "off");

      StartupException refusal =
          refused(code, setting + " = on", () -> StartupGuards.check(asAdmin(), false));
      assertThat(refusal.problem()).contains(setting);
      assertThat(refusal.remedy()).contains("--unsafe");

      GuardReport report = StartupGuards.check(asAdmin(), true);
      assertThat(report.warnings()).extracting(GuardReport.Warning::code).containsExactly(code);
    } finally {
      admin.run("alter system reset " + setting, "select pg_reload_conf()");
      awaitSetting(setting, "on");
    }
  }

  @Test
  void a_role_that_loses_acknowledged_commits_is_refused() throws Exception {
    PostgresAccess access =
        role("hasty", "alter role hasty set synchronous_commit = off", server.jdbcUrl());

    refused(
        "guard.synchronous-commit", "synchronous_commit", () -> StartupGuards.check(access, false));
    assertThat(StartupGuards.check(access, true).warnings()).hasSize(1);
  }

  @Test
  void a_role_that_only_reads_is_refused() throws Exception {
    PostgresAccess access =
        role(
            "reader", "alter role reader set default_transaction_read_only = on", server.jdbcUrl());

    refused(
        "guard.read-only",
        "default_transaction_read_only",
        () -> StartupGuards.check(access, false));
  }

  @Test
  void all_faults_are_reported_at_once() throws Exception {
    admin.run(
        "create database narrow encoding 'LATIN1' locale_provider libc locale 'C'"
            + " template template0");
    PostgresAccess access =
        role(
            "hurried", "alter role hurried set synchronous_commit = off", server.jdbcUrl("narrow"));

    StartupException refusal =
        refused("guard.synchronous-commit", "UTF8", () -> StartupGuards.check(access, false));

    assertThat(refusal.problem()).contains("synchronous_commit").contains("LATIN1");
    assertThat(StartupGuards.check(access, true).warnings()).hasSize(2);
  }

  @Test
  void a_replica_is_refused(@TempDir Path standby) throws Exception {
    Prepared.in(standby);
    Files.createFile(standby.resolve("data/standby.signal"));
    try (EmbeddedPostgres replica = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(standby))) {
      PostgresAccess access =
          PostgresAccess.to(replica.jdbcUrl(), replica.user(), replica.password());

      refused("guard.replica", "DATABASE_URL", () -> StartupGuards.check(access, false));
    }
  }

  @Test
  void a_lock_that_does_not_exclude_is_noticed() throws Exception {
    PostgresAccess access =
        shadowed(
            "lax",
            "create function lax.pg_try_advisory_xact_lock(bigint) returns boolean"
                + " language sql as 'select true'");

    refused("guard.advisory-lock", "search_path", () -> StartupGuards.check(access, false));
  }

  @Test
  void a_duplicate_that_is_accepted_is_noticed() throws Exception {
    admin.run("create database careless");
    new Sql(server.jdbcUrl("careless"), server.user(), server.password())
        .run(
            """
            create function drop_key() returns event_trigger language plpgsql as $$
            declare c record;
            begin
              for c in select conrelid::regclass as t, conname from pg_constraint
                        where contype = 'p' and conrelid >= 16384 loop
                execute format('alter table %s drop constraint %I', c.t, c.conname);
              end loop;
            end $$
            """,
            "create event trigger careless on ddl_command_end when tag in ('CREATE TABLE')"
                + " execute function drop_key()");
    PostgresAccess access =
        PostgresAccess.to(server.jdbcUrl("careless"), server.user(), server.password());

    StartupException refusal =
        refused("guard.duplicate", "event triggers", () -> StartupGuards.check(access, false));
    assertThat(refusal.problem()).contains("23505");
  }

  @Test
  void a_notification_that_does_not_arrive_means_polling_but_no_refusal() throws Exception {
    PostgresAccess access =
        shadowed(
            "deaf",
            "create function deaf.pg_notify(text, text) returns void language sql as 'select'");

    GuardReport report = StartupGuards.check(access, false);

    assertThat(report.notifications()).isFalse();
    assertThat(report.warnings())
        .extracting(GuardReport.Warning::code)
        .isEqualTo(List.of("guard.notify"));
  }

  private static PostgresAccess asAdmin() {
    return PostgresAccess.to(server.jdbcUrl(), server.user(), server.password());
  }

  /** A role whose own schema hides functions of PostgreSQL. */
  private static PostgresAccess shadowed(String role, String function) throws Exception {
    admin.run("create schema " + role, function);
    return role(
        role,
        "alter role " + role + " set search_path = " + role + ", pg_catalog",
        server.jdbcUrl());
  }

  private static PostgresAccess role(String name, String change, String url) throws Exception {
    admin.run("create role " + name + " superuser login password 'pw'", change);
    return PostgresAccess.to(url, name, "pw");
  }

  private static void awaitSetting(String name, String value) throws Exception {
    Await.until(Duration.ofSeconds(20), () -> admin.ask("show " + name).equals(value));
  }
}
