package dev.varve.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.postgres.EmbeddedPostgres.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedPostgresIT {

  @TempDir Path directory;

  @Test
  void a_new_directory_becomes_a_durable_server_that_only_the_password_opens() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(directory))) {
      assertThat(server.version()).startsWith("18.");
      assertThat(ask(server, "show fsync")).isEqualTo("on");
      assertThat(ask(server, "show full_page_writes")).isEqualTo("on");
      assertThat(ask(server, "show synchronous_commit")).isEqualTo("on");
      assertThat(ask(server, "show data_checksums")).isEqualTo("on");
      assertThat(ask(server, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(ask(server, "show unix_socket_directories")).isEmpty();
      assertThat(ask(server, "show server_encoding")).isEqualTo("UTF8");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.resolve("password"))))
          .isEqualTo("rw-------");
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "guess").close())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void data_and_password_survive_a_restart() throws Exception {
    Path home = Prepared.in(directory);
    String password;
    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      password = server.password();
      run(server, "create table kept (n int)");
      run(server, "insert into kept values (7)");
    }

    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      assertThat(server.password()).isEqualTo(password);
      assertThat(ask(server, "select n from kept")).isEqualTo("7");
    }
    assertThat(ServerProcesses.workingIn(home.resolve("data"))).isEmpty();
    assertThat(home.resolve("data/postmaster.pid")).doesNotExist();
  }

  @Test
  void a_second_opener_is_refused_with_directory_and_process() throws Exception {
    Path home = Prepared.in(directory);
    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      assertThat(server.pid()).isPositive();
      assertThatThrownBy(() -> EmbeddedPostgres.start(Options.in(home)).close())
          .isInstanceOfSatisfying(
              StartupException.class,
              refused -> {
                assertThat(refused.code()).isEqualTo("storage.directory-locked");
                assertThat(refused.problem())
                    .contains(home.toString())
                    .contains(Long.toString(ProcessHandle.current().pid()));
                assertThat(refused.remedy()).contains("VARVE_DATA_DIR");
              });
    }
  }

  @Test
  void a_killed_server_comes_back_on_its_port_with_every_commit() throws Exception {
    Path home = Prepared.in(directory);
    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      run(server, "create table kept (n int)");
      run(server, "insert into kept values (1)");
      long killed = server.pid();
      int port = server.port();

      ProcessHandle.of(killed).orElseThrow().destroyForcibly();

      Await.until(Duration.ofSeconds(30), () -> server.restarts() == 1);
      assertThat(server.pid()).isNotEqualTo(killed);
      assertThat(server.port()).isEqualTo(port);
      assertThat(ask(server, "select n from kept")).isEqualTo("1");
    }
  }

  @Test
  void a_server_that_fails_to_start_again_is_tried_until_it_can() throws Exception {
    Path home = Prepared.in(directory);
    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      Path settings = home.resolve("data").resolve("postgresql.auto.conf");
      String before = Files.readString(settings);
      Files.writeString(settings, before + "work_mem = nonsense\n");

      ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
      Await.until(
          Duration.ofSeconds(60),
          () ->
              Files.readString(home.resolve("server.log")).split("contains errors", -1).length > 6);
      assertThat(server.restarts()).isZero();
      Files.writeString(settings, before);

      Await.until(Duration.ofSeconds(60), () -> server.restarts() == 1);
      assertThat(ask(server, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void a_killed_backend_costs_its_connection_only() throws Exception {
    Path home = Prepared.in(directory);
    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      run(server, "create table kept (n int)");
      long main = server.pid();
      try (Connection connection = open(server);
          Connection witness = open(server)) {
        long backend = Long.parseLong(ask(connection, "select pg_backend_pid()"));

        ProcessHandle.of(backend).orElseThrow().destroyForcibly();

        // its end has been noticed when the others are cut off
        Await.until(Duration.ofSeconds(30), () -> !answers(witness));
        Await.until(Duration.ofSeconds(30), () -> answers(server));
        assertThat(server.pid()).isEqualTo(main);
        assertThat(server.restarts()).isZero();
        assertThat(ask(server, "select count(*) from kept")).isEqualTo("0");
      }
    }
  }

  @Test
  void a_pid_file_that_names_an_unrelated_process_is_no_obstacle() throws Exception {
    Path home = Prepared.in(directory);
    Files.writeString(
        home.resolve("data/postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + home.resolve("data") + "\n");

    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      assertThat(answers(server)).isTrue();
    }
  }

  @Test
  void a_server_left_by_a_killed_program_is_stopped_and_replaced() throws Exception {
    Path home = Prepared.in(directory);
    Process orphan = startWithoutUs(home);
    Await.until(Duration.ofSeconds(30), () -> Files.exists(home.resolve("data/postmaster.pid")));

    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      assertThat(orphan.waitFor()).isZero();
      assertThat(answers(server)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_killed_program_leaves_no_server_and_loses_no_commit(boolean killServerToo)
      throws Exception {
    Path home = Prepared.in(directory);
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                home.toString())
            .start();
    long serverPid = Long.parseLong(program.inputReader().readLine());

    if (killServerToo) {
      ProcessHandle.of(serverPid).orElseThrow().destroyForcibly();
    }
    program.destroyForcibly().waitFor();

    Await.until(
        Duration.ofSeconds(30), () -> !ServerProcesses.workingIn(data(home)).contains(serverPid));
    try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(home))) {
      assertThat(ask(server, "select count(*) from kept")).isEqualTo("100");
    }
  }

  private static Path data(Path home) {
    return home.resolve("data");
  }

  /** A program of its own that commits a hundred rows and then waits to be killed. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.in(Path.of(arguments[0])))) {
        run(server, "create table kept (n int)");
        try (Connection connection = open(server);
            var statement = connection.createStatement()) {
          for (int i = 0; i < 100; i++) {
            statement.execute("insert into kept values (" + i + ")");
          }
        }
        System.out.println(server.pid());
        System.in.read();
      }
    }
  }

  @Test
  void a_given_port_is_used_and_a_taken_one_is_named() throws Exception {
    int port = FreePort.find();
    try (EmbeddedPostgres server =
        EmbeddedPostgres.start(Options.in(Prepared.in(directory.resolve("a"))).withPort(port))) {
      assertThat(server.port()).isEqualTo(port);
      Options same = Options.in(Prepared.in(directory.resolve("b"))).withPort(port);
      assertThatThrownBy(() -> EmbeddedPostgres.start(same).close())
          .isInstanceOfSatisfying(
              StartupException.class,
              refused -> {
                assertThat(refused.code()).isEqualTo("storage.port-taken");
                assertThat(refused.problem()).contains(Integer.toString(port));
                assertThat(refused.remedy()).contains("VARVE_EMBEDDED_PORT");
              });
    }
  }

  private static Process startWithoutUs(Path home) throws IOException {
    Path bin = PostgresBinaries.bundled().binDirectory(Options.defaultCache());
    Cluster cluster = new Cluster(home, bin, Privileges.detect());
    return Commands.prepare(
            cluster.program(
                "postgres",
                List.of(
                    "-D",
                    cluster.data().toString(),
                    "-p",
                    Integer.toString(FreePort.find()),
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "listen_addresses=127.0.0.1")))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static boolean answers(Connection connection) {
    try {
      return ask(connection, "select 1").equals("1");
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean answers(EmbeddedPostgres server) {
    try {
      return ask(server, "select 1").equals("1");
    } catch (SQLException e) {
      return false;
    }
  }

  private static Connection open(EmbeddedPostgres server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }

  private static String ask(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = open(server)) {
      return ask(connection, sql);
    }
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void run(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = open(server);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
