package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.postgres.EphemeralPostgres;
import dev.varve.server.VarveServer;
import dev.varve.testkit.process.Http;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** A server with an API key and a low rate limit. */
class GuardedDoorsIT {
  private static final int LIMIT = 5;
  private static EphemeralPostgres postgres;
  private static ConfigurableApplicationContext server;
  private static String url;

  @BeforeAll
  static void start() {
    postgres = EphemeralPostgres.start();
    server =
        VarveServer.start(
            "server",
            "--varve.port=0",
            "--varve.api-key=open-sesame",
            "--varve.rate-limit=" + LIMIT,
            "--varve.database-url=" + RunningServer.databaseUrl(postgres),
            "--varve.data-dir=" + postgres.server().directory().resolveSibling("varve-guarded"));
    url = "http://127.0.0.1:" + server.getEnvironment().getRequiredProperty("local.server.port");
  }

  @AfterAll
  static void stop() {
    server.close();
    postgres.close();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer open-sesame")
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void without_the_key_nothing_is_told() throws Exception {
    Http.Answer answer = new Http(url).get("/api/v1/executions");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body().path("code").asString()).isEqualTo("auth.required");
    assertThat(answer.response().headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(new Http(url).get("/health/live").status()).isEqualTo(200);
  }

  @Test
  void a_key_that_asks_too_often_is_told_when_to_come_again() throws Exception {
    List<HttpResponse<String>> refused = new ArrayList<>();
    for (int i = 0; i < 40 * LIMIT && refused.isEmpty(); i++) {
      HttpResponse<String> answer = get("/api/v1/projections");
      if (answer.statusCode() != 200) {
        refused.add(answer);
      }
    }

    assertThat(refused).isNotEmpty();
    HttpResponse<String> first = refused.getFirst();
    assertThat(first.statusCode()).isEqualTo(429);
    assertThat(first.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(first.body()).contains("\"code\":\"request.rate\"");
    assertThat(get("/health").statusCode()).as("probes are not counted").isEqualTo(200);
  }
}
