package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the server tells its operators: every figure of the dashboard is there, and true. */
class OperationsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern METRIC = Pattern.compile("\\b([a-z][a-z0-9_]+)\\{");
  private static final String WAITING =
      """
      name: waits
      nodes:
        - { id: wait, type: delay, with: { duration: PT1H } }
        - { id: work, type: task, handler: nobody-knows, retry: { maxAttempts: 50, backoff: { initial: PT1S, factor: 1, max: PT1S } } }
      """;

  @TempDir static Path data;
  private static ConfigurableApplicationContext server;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    server =
        VarveServer.start(
            "server", "--storage", "ephemeral", "--port", "0", "--data-dir", data.toString());
    http = new Http("http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port"));
    http.post("/api/v1/definitions", "application/yaml", WAITING, Map.of());
    http.post("/api/v1/executions", "{\"definition\":\"waits\"}", Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static double figure(String name) throws Exception {
    return http.get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void every_metric_of_the_dashboard_is_served() throws Exception {
    JsonNode dashboard =
        JsonMapper.shared().readTree(Files.readString(Path.of("../deploy/grafana-dashboard.json")));
    Set<String> asked = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        var names = METRIC.matcher(target.path("expr").asString());
        while (names.find()) {
          asked.add(names.group(1));
        }
      }
    }
    assertThat(asked).hasSizeGreaterThan(20);

    Await.value(
        "all metrics",
        LIMIT,
        () -> missing(asked).isEmpty() ? Boolean.TRUE : null,
        () -> "missing: " + missing(asked));
  }

  @Test
  void metrics_are_served_in_openmetrics_to_who_asks_for_it() throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + server.getEnvironment().getProperty("local.server.port")
                        + "/metrics"))
            .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/openmetrics-text");
      assertThat(answer.body()).endsWith("# EOF\n");
    }
    assertThat(http.get("/metrics").text()).doesNotContain("# EOF");
  }

  private static Set<String> missing(Set<String> asked) {
    try {
      Set<String> served =
          http.get("/metrics")
              .text()
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.replaceFirst("[{ ].*", ""))
              .collect(Collectors.toSet());
      return asked.stream()
          .filter(name -> !served.contains(name))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (Exception e) {
      return asked;
    }
  }

  @Test
  void the_figures_say_what_is_open_and_what_waits() throws Exception {
    Await.until(
        "the open execution is counted",
        LIMIT,
        () -> figure("varve_executions_open{definition=\"waits\"") == 1);
    Await.until("its timer is counted", LIMIT, () -> figure("varve_timers{state=\"pending\"") >= 1);
    assertThat(figure("varve_leases{state=\"held\"")).isEqualTo(1);
    assertThat(figure("varve_append_groups_total")).isPositive();
    for (String each :
        new String[] {"varve_append_latency_seconds", "varve_append_write_seconds"}) {
      assertThat(figure(each + "_bucket{le=\"30.0\"}")).as(each).isPositive();
      assertThat(figure(each + "_sum")).as(each).isPositive();
    }
    assertThat(figure("varve_append_group_units_bucket{le=\"1000.0\"}")).isPositive();
    assertThat(figure("varve_projection_batch_seconds_count{projection=\"work\"}")).isPositive();
    assertThat(figure("varve_figures_age_seconds")).isLessThan((double) LIMIT.toSeconds());
  }
}
