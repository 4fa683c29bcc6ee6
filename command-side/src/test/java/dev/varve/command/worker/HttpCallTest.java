package dev.varve.command.worker;

import static dev.varve.command.worker.Attempts.json;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallTest {
  @Test
  void the_key_of_the_effect_is_a_header() throws Exception {
    HttpCall call = HttpCall.of(json("{'url': 'https://example.com'}"), "e1/charge");

    assertThat(call.method()).isEqualTo("GET");
    assertThat(call.uri()).hasToString("https://example.com/");
    assertThat(call.headers()).contains(Map.entry("Idempotency-Key", "e1/charge"));
    assertThat(call.body()).isNull();
  }

  @Test
  void the_trace_goes_on_unless_the_node_names_another() throws Exception {
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    HttpCall sent = HttpCall.of(json("{'url': 'http://h'}"), "k", trace);
    HttpCall own =
        HttpCall.of(json("{'url': 'http://h', 'headers': {'Traceparent': 'mine'}}"), "k", trace);

    assertThat(sent.headers()).contains(Map.entry("traceparent", trace));
    assertThat(own.headers())
        .contains(Map.entry("Traceparent", "mine"))
        .doesNotContain(Map.entry("traceparent", trace));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "anything a caller likes",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"
      })
  void a_trace_that_is_none_is_not_sent_on(String trace) throws Exception {
    assertThat(HttpCall.of(json("{'url': 'http://h'}"), "k", trace).headers())
        .extracting(Map.Entry::getKey)
        .doesNotContain("traceparent");
  }

  @Test
  void query_parameters_are_encoded_and_added() throws Exception {
    HttpCall call =
        HttpCall.of(
            json(
                "{'url': 'http://h:81/a?x=1', 'query': {'q': 'a b&c', 'n': [1, 2.5], 'no': null}}"),
            "k");

    assertThat(call.uri()).hasToString("http://h:81/a?x=1&q=a%20b%26c&n=1&n=2.5");
  }

  @Test
  void a_body_is_json_unless_the_content_type_says_otherwise() throws Exception {
    HttpCall data = HttpCall.of(json("{'url': 'http://h', 'method': 'post', 'body': 'x'}"), "k");
    HttpCall text =
        HttpCall.of(
            json("{'url': 'http://h', 'headers': {'content-type': 'text/plain'}, 'body': 'x'}"),
            "k");

    assertThat(data.method()).isEqualTo("POST");
    assertThat(data.headers()).contains(Map.entry("Content-Type", "application/json"));
    assertThat(requireNonNull(data.body()).getContentLength()).isEqualTo(3);
    assertThat(requireNonNull(text.body()).getContentLength()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "gopher://h/",
        "jar:file:x!/",
        "ftp://h/",
        "//h/x",
        "h/x",
        "http://user:pw@h/",
        "http://public@127.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http:///x"
      })
  void a_forbidden_url_is_blocked(String url) {
    assertThatExceptionOfType(TaskFailure.class)
        .isThrownBy(() -> HttpCall.of(json("{'url': '" + url + "'}"), "k"))
        .satisfies(failure -> assertThat(failure.retryable()).isFalse())
        .satisfies(
            failure -> assertThat(failure.code()).isIn("http.blocked", "http.request-invalid"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'url': 5}",
        "{'url': 'http://h h/'}",
        "{'url': 'http://h:99999/'}",
        "{'url': 'http://h', 'method': 'CONNECT'}",
        "{'url': 'http://h', 'query': 'x=1'}",
        "{'url': 'http://h', 'query': {'a': {}}}",
        "{'url': 'http://h', 'successCodes': ['2xx']}",
        "{'url': 'http://h', 'successCodes': [99]}"
      })
  void a_wrong_request_is_not_sent(String with) {
    assertThatExceptionOfType(TaskFailure.class)
        .isThrownBy(() -> HttpCall.of(json(with), "k"))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo("http.request-invalid"))
        .satisfies(failure -> assertThat(failure.retryable()).isFalse());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Host': 'evil'}",
        "{'transfer-encoding': 'chunked'}",
        "{'Content-Length': 5}",
        "{'Connection': 'close'}",
        "{'Proxy-Authorization': 'x'}",
        "{'X': 'a\\r\\nHost: evil'}",
        "{'X': 'a\\u0000'}",
        "{'X Y': 'a'}",
        "{'': 'a'}",
        "{'X\\r\\nY': 'a'}",
        "{'X': ['a']}",
        "[]"
      })
  void a_header_that_is_not_the_definitions_is_refused(String headers) {
    assertThatExceptionOfType(TaskFailure.class)
        .isThrownBy(() -> HttpCall.of(json("{'url': 'http://h', 'headers': " + headers + "}"), "k"))
        .satisfies(failure ->
            assertThat(failure.code()).isIn("http.header-invalid", "http.request-invalid"))
        .satisfies(failure -> assertThat(failure.retryable()).isFalse());
  }

  @ParameterizedTest
  @CsvSource({"200, true", "204, true", "205, false", "299, false", "404, true"})
  void success_codes_replace_the_default(int status, boolean success) throws Exception {
    assertThat(StatusCodes.of(json("['200-204', 404]")).contain(status)).isEqualTo(success);
  }

  @ParameterizedTest
  @CsvSource({
    "408, true",
    "425, true",
    "429, true",
    "500, true",
    "503, true",
    "599, true",
    "302, false",
    "400, false",
    "401, false",
    "404, false",
    "409, false",
    "422, false"
  })
  void some_statuses_may_be_tried_again(int status, boolean retryable) {
    assertThat(StatusCodes.retryable(status)).isEqualTo(retryable);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "7, PT7S",
        "0, PT0S",
        "99999999999, PT1H",
        "'Wed, 21 Oct 2026 07:28:10 GMT', PT10S",
        "'Wed, 21 Oct 2026 07:27:00 GMT', PT0S",
        "soon, none",
        "-5, none",
        "none, none"
      })
  void retry_after_is_seconds_or_a_date(String value, String wait) {
    Instant now = Instant.parse("2026-10-21T07:28:00Z");

    assertThat(RetryAfter.parse(value, now, Duration.ofHours(1)))
        .isEqualTo(wait == null ? null : Duration.parse(wait));
  }
}
