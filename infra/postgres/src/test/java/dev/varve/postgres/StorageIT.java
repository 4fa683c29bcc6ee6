package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageIT {

  @TempDir static Path directory;
  private static EmbeddedPostgres server;
  private static Sql admin;

  @BeforeAll
  static void start() throws Exception {
    server = ForeignServer.start(directory, UnaryOperator.identity());
    admin = Sql.on(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void embedded_data_is_there_when_it_is_opened_again(@TempDir Path data) throws Exception {
    Prepared.in(Files.createDirectory(data.resolve("postgres")));
    StorageSettings settings = StorageSettings.from(Map.of("VARVE_DATA_DIR", data.toString()));
    try (PostgresAccess access = Storage.open(settings)) {
      assertThat(access.mode()).isEqualTo(StorageMode.EMBEDDED);
      new Sql(access.jdbcUrl(), access.user(), access.password())
          .run("create table kept as select 7 as n");

      StartupException refusal =
          refused("storage.directory-locked", "VARVE_DATA_DIR", () -> Storage.open(settings));
      assertThat(refusal.problem()).contains(data.resolve("postgres").toString());
    }

    try (PostgresAccess access = Storage.open(settings)) {
      assertThat(new Sql(access.jdbcUrl(), access.user(), access.password()).ask("table kept"))
          .isEqualTo("7");
      assertThat(access.toString()).doesNotContain(access.password());
    }
  }

  @Test
  void ephemeral_data_is_gone_after_closing() throws Exception {
    Path data;
    try (PostgresAccess access =
        Storage.open(StorageSettings.from(Map.of("VARVE_STORAGE", "ephemeral")))) {
      assertThat(access.mode()).isEqualTo(StorageMode.EPHEMERAL);
      data =
          Path.of(
              new Sql(access.jdbcUrl(), access.user(), access.password())
                  .ask("show data_directory"));
      assertThat(data).isDirectory();
    }
    assertThat(data.getParent()).doesNotExist();
  }

  @Test
  void another_server_is_used_and_left_alone() throws Exception {
    admin.run("create role owner login password 'p@ss'", "create database shop owner owner");
    String url = "postgresql://owner:p%40ss@127.0.0.1:" + server.port() + "/shop";

    try (PostgresAccess access = Storage.open(settings(Map.of("DATABASE_URL", url)))) {
      assertThat(access.mode()).isEqualTo(StorageMode.POSTGRES);
      assertThat(
              new Sql(access.jdbcUrl(), access.user(), access.password())
                  .ask("select current_user || ' ' || current_setting('application_name')"))
          .isEqualTo("owner varve");
    }
    assertThat(admin.ask("select 1")).isEqualTo("1");
  }

  @Test
  void nobody_listens() {
    refused(
        "storage.connection-refused",
        "VARVE_DATABASE_PORT",
        () -> Storage.open(reach(Map.of("VARVE_DATABASE_PORT", "" + FreePort.find()))));
  }

  @Test
  void a_host_that_does_not_exist() {
    refused(
        "storage.unknown-host",
        "VARVE_DATABASE_HOST",
        () -> Storage.open(reach(Map.of("VARVE_DATABASE_HOST", "no-such-host.invalid"))));
  }

  @Test
  void a_server_that_accepts_and_says_nothing() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Map<String, String> changes =
          Map.of(
              "VARVE_DATABASE_PORT",
              "" + silent.getLocalPort(),
              "VARVE_DATABASE_CONNECT_TIMEOUT",
              "1");
      refused(
          "storage.connection-timeout",
          "VARVE_DATABASE_CONNECT_TIMEOUT",
          () -> Storage.open(reach(changes)));
    }
  }

  @Test
  void a_wrong_password_and_an_unknown_role_read_the_same() {
    for (Map<String, String> wrong :
        java.util.List.of(
            Map.of("VARVE_DATABASE_PASSWORD", "guess"), Map.of("VARVE_DATABASE_USER", "nobody"))) {
      StartupException refusal =
          refused(
              "storage.authentication-failed",
              "VARVE_DATABASE_PASSWORD",
              () -> Storage.open(reach(wrong)));
      assertThat(refusal).message().doesNotContain("guess");
    }
    Map<String, String> none = new HashMap<>(own());
    none.remove("VARVE_DATABASE_PASSWORD");
    refused(
        "storage.authentication-failed",
        "VARVE_DATABASE_PASSWORD",
        () -> Storage.open(settings(none)));
  }

  @Test
  void a_database_that_does_not_exist() {
    refused(
        "storage.database-missing",
        "create database",
        () -> Storage.open(reach(Map.of("VARVE_DATABASE_NAME", "absent"))));
  }

  @Test
  void a_role_that_may_not_create_schemas() throws Exception {
    admin.run("create role guest login password 'pw'", "create database theirs");
    Map<String, String> guest =
        Map.of(
            "VARVE_DATABASE_USER",
            "guest",
            "VARVE_DATABASE_PASSWORD",
            "pw",
            "VARVE_DATABASE_NAME",
            "theirs");
    refused(
        "storage.privilege-missing",
        "grant create on database theirs to guest",
        () -> Storage.open(reach(guest)));

    admin.run("revoke connect on database theirs from public");
    refused("storage.privilege-missing", "grant connect", () -> Storage.open(reach(guest)));
  }

  @Test
  void a_server_that_is_too_old() throws Exception {
    // The only old server at hand is one that says so: this role sees a version of its own.
    admin.run(
        "create role past login superuser password 'pw'",
        "create database museum owner past",
        "alter role past in database museum set search_path = past, pg_catalog");
    new Sql(admin.url().replace("/varve", "/museum"), admin.user(), admin.password())
        .run(
            "create schema past",
            """
            create function past.current_setting(text) returns text language sql as
            $$ select case $1 when 'server_version_num' then '130022' else '13.22' end $$
            """);
    Map<String, String> old =
        Map.of(
            "VARVE_DATABASE_USER",
            "past",
            "VARVE_DATABASE_PASSWORD",
            "pw",
            "VARVE_DATABASE_NAME",
            "museum");

    StartupException refusal =
        refused("storage.server-too-old", "DATABASE_URL", () -> Storage.open(reach(old)));

    assertThat(refusal.problem()).contains("13.22").contains("14 or newer");
  }

  @Test
  void a_role_without_free_connections() throws Exception {
    admin.run("create role busy login password 'pw' connection limit 0");
    refused(
        "storage.too-many-connections",
        "max_connections",
        () ->
            Storage.open(
                reach(Map.of("VARVE_DATABASE_USER", "busy", "VARVE_DATABASE_PASSWORD", "pw"))));
  }

  @Test
  void data_of_another_major_version_is_left_alone(@TempDir Path data) throws Exception {
    Path home = Prepared.in(Files.createDirectory(data.resolve("postgres")));
    Files.writeString(home.resolve("data/PG_VERSION"), "17\n");

    StartupException refusal =
        refused(
            "storage.other-major",
            "VARVE_DATA_DIR",
            () -> Storage.open(StorageSettings.from(Map.of("VARVE_DATA_DIR", data.toString()))));

    assertThat(refusal.problem()).contains("PostgreSQL 17").contains("PostgreSQL 18");
  }

  @Test
  void a_lost_password_file_and_a_foreign_directory_are_named(@TempDir Path data) throws Exception {
    Path home = Prepared.in(Files.createDirectory(data.resolve("postgres")));
    StorageSettings settings = StorageSettings.from(Map.of("VARVE_DATA_DIR", data.toString()));

    Files.delete(home.resolve("password"));
    refused("storage.password-missing", "backup", () -> Storage.open(settings));

    Files.delete(home.resolve("data/PG_VERSION"));
    refused("storage.directory-foreign", "VARVE_DATA_DIR", () -> Storage.open(settings));
  }

  private static Map<String, String> own() {
    Map<String, String> environment = new HashMap<>();
    environment.put("VARVE_DATABASE_HOST", "127.0.0.1");
    environment.put("VARVE_DATABASE_PORT", Integer.toString(server.port()));
    environment.put("VARVE_DATABASE_NAME", "varve");
    environment.put("VARVE_DATABASE_USER", server.user());
    environment.put("VARVE_DATABASE_PASSWORD", server.password());
    return environment;
  }

  private static StorageSettings reach(Map<String, String> changes) {
    Map<String, String> environment = own();
    environment.putAll(changes);
    return settings(environment);
  }

  private static StorageSettings settings(Map<String, String> environment) {
    return StorageSettings.from(environment);
  }
}
