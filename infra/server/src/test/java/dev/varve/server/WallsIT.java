package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.postgres.EphemeralPostgres;
import dev.varve.testkit.process.Http;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** No pool can do more than it is for, where the owner of the database may make roles. */
class WallsIT {
  private static final String DENIED = "42501";
  private static final List<String> POOLS =
      List.of("storePool", "workPool", "projectionPool", "queryPool");
  private static final String HELLO =
      """
      name: hello
      nodes:
        - { id: only, type: task, handler: echo, with: { a: 1 } }
      """;

  @TempDir static Path data;
  private static EphemeralPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres = EphemeralPostgres.start();
    for (String each : List.of("maker createrole", "plain")) {
      String name = each.split(" ", -1)[0];
      asSuperuser("create role " + each + " login password 'secret'");
      asSuperuser("create database " + name + " owner " + name);
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static void asSuperuser(String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static ConfigurableApplicationContext server(String owner) {
    return VarveServer.start(
        "server",
        "--varve.port=0",
        "--varve.database-url=postgresql://%s:secret@127.0.0.1:%d/%s"
            .formatted(owner, postgres.server().port(), owner),
        "--varve.data-dir=" + data.resolve(owner));
  }

  private static void works(ConfigurableApplicationContext server) throws Exception {
    var http =
        new Http(
            "http://127.0.0.1:" + server.getEnvironment().getRequiredProperty("local.server.port"));
    var published = http.post("/api/v1/definitions", "application/yaml", HELLO, Map.of());
    assertThat(published.status()).as(published.text()).isEqualTo(201);
    var started =
        http.post("/api/v1/executions?wait=PT30S", "{\"definition\":\"hello\"}", Map.of());
    assertThat(started.body().path("status").asString()).as(started.text()).isEqualTo("COMPLETED");
    assertThat(http.get("/api/v1/verify").body().path("valid").asBoolean()).isTrue();
    for (String name : List.of("execution", "definition", "statistics", "work")) {
      var rebuilt = http.post("/api/v1/projections/" + name + "/rebuild", "", Map.of());
      assertThat(rebuilt.status()).as(rebuilt.text()).isEqualTo(202);
    }
  }

  private static String role(ConfigurableApplicationContext server, String pool) throws Exception {
    return value(server, pool, "select current_user");
  }

  private static String value(ConfigurableApplicationContext server, String pool, String query)
      throws Exception {
    try (var connection = server.getBean(pool, DataSource.class).getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void refused(ConfigurableApplicationContext server, String pool, String sql) {
    assertThatThrownBy(
            () -> {
              try (var connection = server.getBean(pool, DataSource.class).getConnection();
                  var statement = connection.createStatement()) {
                statement.execute(sql);
              }
            })
        .as(pool + ": " + sql)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(DENIED));
  }

  @Test
  void the_log_is_out_of_reach_for_every_pool() throws Exception {
    try (var server = server("maker")) {
      works(server);
      assertThat(role(server, "storePool")).isEqualTo("varve_writer");
      assertThat(role(server, "workPool")).isEqualTo("varve_writer");
      assertThat(role(server, "projectionPool")).isEqualTo("varve_projector");
      assertThat(role(server, "queryPool")).isEqualTo("varve_query");
      for (String pool : POOLS) {
        assertThat(value(server, pool, "show idle_in_transaction_session_timeout"))
            .as("a node that froze in a transaction of %s lets go of it", pool)
            .isEqualTo("10s");
        refused(server, pool, "update event_store.event set tenant_id = 'x'");
        refused(server, pool, "delete from event_store.event");
        refused(server, pool, "truncate event_store.event");
        refused(server, pool, "drop table event_store.event");
        refused(server, pool, "create table event_store.mine (a int)");
      }
      for (String pool : List.of("projectionPool", "queryPool")) {
        refused(
            server, pool, "insert into event_store.event select * from event_store.event limit 1");
        refused(server, pool, "delete from event_store.receipt");
      }
      for (String table :
          List.of("work.task", "work.lease", "read_model.execution", "event_store.snapshot")) {
        refused(server, "queryPool", "delete from " + table);
      }
      refused(server, "storePool", "delete from read_model.execution");
    }
  }

  @Test
  void one_role_serves_all_where_none_may_be_made() throws Exception {
    // The cluster may have the roles for another database; they are not this owner's to take.
    try (var server = server("plain")) {
      works(server);
      for (String pool : POOLS) {
        assertThat(role(server, pool)).isEqualTo("plain");
      }
    }
  }
}
