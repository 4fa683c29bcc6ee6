package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.postgres.EphemeralPostgres;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is given on the command line takes effect, or stops the start with a reason. */
class StartupIT {
  @TempDir static Path data;
  private static EphemeralPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = EphemeralPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static String[] flags(String database, String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "server",
                "--port",
                "0",
                "--data-dir",
                data.toString(),
                "--database-host",
                "127.0.0.1",
                "--database-port",
                Integer.toString(postgres.server().port()),
                "--database-user",
                postgres.user(),
                "--database-name",
                database));
    flags.addAll(List.of(more));
    return flags.toArray(String[]::new);
  }

  private static Connection connect(String database) throws Exception {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + postgres.server().port() + "/" + database,
        postgres.user(),
        postgres.password());
  }

  @Test
  void the_settings_of_the_pools_take_effect() throws Exception {
    try (var server =
            VarveServer.start(
                flags(
                    "postgres",
                    "--database-password",
                    postgres.password(),
                    "--database-pool-size",
                    "3",
                    "--database-pool-wait",
                    "3s",
                    "--database-pool-lifetime=45s"));
        var ask = connect("postgres")) {
      var pool = server.getBean("queryPool", HikariDataSource.class);
      List<Connection> taken = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        taken.add(pool.getConnection());
      }

      assertThatThrownBy(pool::getConnection).hasMessageContaining("after 300");
      assertThat(pool.getMaxLifetime()).isEqualTo(45_000);
      try (var statement = ask.createStatement();
          var rows =
              statement.executeQuery(
                  "select max(n) from (select count(*) n from pg_stat_activity"
                      + " where application_name like 'varve-%' group by application_name) x")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(3);
      }
      for (Connection each : taken) {
        each.close();
      }
    }
  }

  @Test
  void a_wrong_password_is_told_with_its_code_and_the_remedy() {
    Throwable failure =
        catchThrowable(
            () -> VarveServer.start(flags("postgres", "--database-password", "guess")).close());

    assertThat(VarveServer.explain(failure))
        .as(String.valueOf(failure))
        .startsWith("[storage.authentication-failed]")
        .contains("VARVE_DATABASE_PASSWORD")
        .doesNotContain("guess");
  }

  @Test
  void a_database_of_a_newer_program_is_left_alone() throws Exception {
    try (var admin = connect("postgres");
        var statement = admin.createStatement()) {
      statement.execute("create database newer");
    }
    String password = postgres.password();
    VarveServer.start(flags("newer", "--database-password", password)).close();
    try (var newer = connect("newer");
        var statement = newer.createStatement()) {
      statement.execute(
          "insert into event_store.schema_history (installed_rank, version, description,"
              + " type, script, installed_by, execution_time, success)"
              + " values (999, '999912312359', 'later', 'SQL', 'V999912312359__later.sql', 'somebody', 1, true)");
    }

    Throwable failure =
        catchThrowable(
            () -> VarveServer.start(flags("newer", "--database-password", password)).close());

    assertThat(VarveServer.explain(failure))
        .as(String.valueOf(failure))
        .startsWith("[schema.too-new]")
        .contains("Start the newer program");
  }

  @Test
  void a_port_that_is_taken_is_named() throws Exception {
    try (var other = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(other.getLocalPort());
      String[] flags = flags("postgres", "--database-password", postgres.password());
      flags[2] = port;

      Throwable failure = catchThrowable(() -> VarveServer.start(flags).close());

      assertThat(VarveServer.explain(failure))
          .as(String.valueOf(failure))
          .startsWith("[port.in-use] Port " + port);
    }
  }
}
