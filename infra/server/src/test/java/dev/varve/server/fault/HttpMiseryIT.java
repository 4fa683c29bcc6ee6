package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fault.MiseryServer;
import dev.varve.testkit.process.Http;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** C11: the HTTP node against a server that does everything wrong. */
class HttpMiseryIT {
  /** How each misery ends: the status of the execution, and its code when it failed. */
  private static final Map<String, String> ENDS = new LinkedHashMap<>();

  static {
    ENDS.put("ok", "COMPLETED");
    ENDS.put("no-content", "COMPLETED");
    ENDS.put("five-hundred-once", "COMPLETED");
    ENDS.put("busy-once", "COMPLETED");
    ENDS.put("reset-once", "COMPLETED");
    ENDS.put("five-hundred", "FAILED http.status-500");
    ENDS.put("not-found", "FAILED http.status-404");
    ENDS.put("redirect", "FAILED http.status-302");
    ENDS.put("silent", "FAILED timeout");
    ENDS.put("drip", "FAILED timeout");
    ENDS.put("endless", "FAILED http.response-too-large");
    ENDS.put("garbage", "FAILED http.connect");
    ENDS.put("reset", "FAILED http.connect");
    ENDS.put("short", "FAILED http.connect");
    ENDS.put("not-json", "FAILED http.response-invalid");
  }

  @Test
  void every_misery_ends_in_time_with_its_own_code() throws Exception {
    try (var installation = new Installation();
        var misery = MiseryServer.open()) {
      var node =
          installation.startNode(
              "alpha", Map.of("VARVE_EGRESS_ALLOW", "127.0.0.1:" + misery.port()));
      node.awaitReady();
      Faulty.publish(
          node.http(),
          """
          name: misery
          timeout: PT1M
          nodes:
            - id: call
              type: http
              with: { method: GET, url: "http://127.0.0.1:%d/${input.how}" }
              timeout: PT1S
              retry: { maxAttempts: 2, backoff: { initial: PT0.05S, factor: 1, max: PT0.05S } }
          """
              .formatted(misery.port()));
      var run = new FaultRun("C11", "every misery of an HTTP server");
      Map<String, String> seen = new LinkedHashMap<>();
      for (String how : ENDS.keySet()) {
        Http.Answer answer =
            Faulty.start(node.http(), "misery", "{\"how\":\"" + how + "\"}", "?wait=PT30S");
        String status = answer.body().path("status").asString();
        String code = answer.body().path("error").path("code").asString("");
        seen.put(how, code.isEmpty() ? status : status + " " + code);
      }
      run.count("miseries", seen.size(), ENDS.size());
      run.count("calls", misery.calls(), ENDS.size());
      run.judge(() -> assertThat(seen).isEqualTo(ENDS));
    }
  }
}
