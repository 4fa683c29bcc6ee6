package dev.varve.benchmarks;

import dev.varve.api.log.Partitions;
import dev.varve.command.port.Commands;
import dev.varve.eventstore.LogStats;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.server.CommitFanOut;
import dev.varve.server.VarveServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@link SequentialBench} on the server's own wiring and prints what it cost. */
final class SequentialReport {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ConfigurableApplicationContext server;
  private final PostgresEventLog log;
  private final DataSource database;
  private final HttpClient http = HttpClient.newHttpClient();

  /** What one run gave. */
  private record Run(double stepsPerSecond) {}

  private SequentialReport(ConfigurableApplicationContext server) {
    this.server = server;
    this.log = server.getBean(PostgresEventLog.class);
    this.database = server.getBean("storePool", DataSource.class);
  }

  /** Runs the benchmark with the given arguments. */
  static void run(BenchArguments arguments) throws Exception {
    try (var server =
        VarveServer.start(
            "server", "--port", "0", "--storage", arguments.text("storage", "ephemeral"))) {
      new SequentialReport(server).measure(arguments);
    }
  }

  private void measure(BenchArguments arguments) throws Exception {
    int inFlight = arguments.number("in-flight", 64);
    int seconds = arguments.number("seconds", 10);
    publish();
    printProcessors();
    var bench =
        new SequentialBench(
            server.getBean(Commands.class), server.getBean(Partitions.class), inFlight);
    server.getBean(CommitFanOut.class).add(bench);
    Thread.ofPlatform().daemon().name("bench-starter").start(bench::run);
    pause(arguments.number("warmup", 10));
    List<Double> rates = new ArrayList<>();
    for (int i = 1; i <= arguments.number("runs", 3); i++) {
      rates.add(one(bench, i, inFlight, seconds).stepsPerSecond());
    }
    bench.stop();
    rates.sort(null);
    System.out.printf(
        "median: %.0f durable steps/s at %d in flight%n", rates.get(rates.size() / 2), inFlight);
  }

  private Run one(SequentialBench bench, int number, int inFlight, int seconds)
      throws SQLException, IOException, InterruptedException {
    Percentiles durations = bench.measure();
    long from = log.tail(0).position();
    Usage before = Usage.take(database);
    LogStats statsBefore = log.stats();
    pause(seconds);
    long to = log.tail(0).position();
    Usage after = Usage.take(database);
    LogStats stats = log.stats();
    long steps = steps(from, to);
    double rate = steps / after.seconds(before);
    System.out.printf(
        "run %d: in flight %d, %.0f steps/s, execution p50 %.1f ms p99 %.1f ms, %d executions%n",
        number, inFlight, rate, durations.millis(0.5), durations.millis(0.99), durations.count());
    System.out.printf(
        "       %.3f append commits/step, %.1f events/commit, %.0f WAL bytes/step, %.1f commits/s in all%n",
        (double) (stats.groups() - statsBefore.groups()) / steps,
        (double) (stats.events() - statsBefore.events()) / (stats.groups() - statsBefore.groups()),
        (double) (after.walBytes() - before.walBytes()) / steps,
        (after.commits() - before.commits()) / after.seconds(before));
    System.out.printf(
        "       cores: JVM %.2f, PostgreSQL %.2f; lag at the end: %s%n",
        after.jvmCores(before), after.postgresCores(before), lag());
    return new Run(rate);
  }

  private long steps(long from, long to) throws SQLException {
    try (Connection connection = database.getConnection();
        var statement =
            connection.prepareStatement(
                """
                select count(*) from event_store.event_readable
                where partition = 0 and position > ? and position <= ?
                  and type = 'execution.node-completed'
                """)) {
      statement.setLong(1, from);
      statement.setLong(2, to);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private String lag() throws IOException, InterruptedException {
    var lags = new ArrayList<String>();
    for (JsonNode each : projections()) {
      lags.add(
          each.path("name").asString()
              + " "
              + each.path("lagEvents").asLong()
              + " events "
              + each.path("lagMillis").asLong()
              + " ms");
    }
    return String.join(", ", lags);
  }

  private void printProcessors() throws IOException, InterruptedException {
    var names = new ArrayList<String>();
    projections().forEach(each -> names.add(each.path("name").asString()));
    System.out.println("active processors: " + String.join(", ", names));
  }

  private JsonNode projections() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(base() + "/api/v1/projections")).build();
    return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
        .path("items");
  }

  private void publish() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(base() + "/api/v1/definitions"))
            .header("Content-Type", "application/yaml")
            .POST(HttpRequest.BodyPublishers.ofString(SequentialBench.definition()))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException("Expected to publish, but " + answer.body());
    }
  }

  private String base() {
    return "http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port");
  }

  private static void pause(int seconds) {
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
  }
}
