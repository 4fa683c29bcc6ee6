package dev.varve.testkit.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class IndependentFoldTest {
  private static final String STARTED =
      "{'definition': 'order', 'version': 3, 'definitionHash': 'h', 'input': {'n': 1},"
          + " 'variables': {}, 'activated': ['a', 'b'], 'scheduled': [{'nodeId': 'a', 'path': 'a',"
          + " 'type': 'task', 'attempt': 1, 'input': {'x': 2}}]}";

  private final List<JsonNode> events = new ArrayList<>();

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  private IndependentFoldTest event(String type, String data) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("sequence", events.size()).put("type", type).set("data", json(data));
    events.add(event);
    return this;
  }

  private ObjectNode fold() {
    return IndependentFold.fold(events, List.of("a", "b", "c", "d"));
  }

  @Test
  void a_history_folds_into_the_view_it_must_have() {
    event("execution.started", STARTED)
        .event(
            "execution.attempt-failed",
            "{'path': 'a', 'attempt': 1, 'error': {'code': 'x'}, 'next': {'number': 2}}")
        .event(
            "execution.attempt-lost",
            "{'path': 'a', 'attempt': 2, 'owner': 'gone', 'next': {'number': 3}}")
        .event(
            "execution.node-completed",
            "{'path': 'a', 'attempt': 3, 'output': 7, 'activated': ['c'], 'skipped': [{'path':"
                + " 'd', 'reason': 'no'}]}")
        .event("execution.node-completed", "{'path': 'b', 'attempt': 0}")
        .event("execution.node-failed", "{'path': 'c', 'attempt': 0, 'error': {'code': 'y'}}")
        .event("execution.failed", "{'error': {'code': 'y'}, 'path': 'c'}");

    assertThat(fold())
        .isEqualTo(
            json(
                "{'status': 'FAILED', 'definition': 'order', 'version': 3, 'businessKey': null,"
                    + " 'input': {'n': 1}, 'output': null, 'error': {'code': 'y'}, 'nodes': [{'id':"
                    + " 'a', 'path': 'a', 'status': 'COMPLETED', 'attempts': [{'number': 1,"
                    + " 'status': 'FAILED', 'error': {'code': 'x'}}, {'number': 2, 'status':"
                    + " 'LOST', 'error': null}, {'number': 3, 'status': 'COMPLETED', 'error':"
                    + " null}], 'input': {'x': 2}, 'output': 7, 'error': null, 'skipReason': null},"
                    + " {'id': 'b', 'path': 'b', 'status': 'COMPLETED', 'attempts': [], 'input':"
                    + " null, 'output': null, 'error': null, 'skipReason': null}, {'id': 'c',"
                    + " 'path': 'c', 'status': 'FAILED', 'attempts': [], 'input': null, 'output':"
                    + " null, 'error': {'code': 'y'}, 'skipReason': null}, {'id': 'd', 'path': 'd',"
                    + " 'status': 'SKIPPED', 'attempts': [], 'input': null, 'output': null,"
                    + " 'error': null, 'skipReason': 'no'}]}"));
  }

  @Test
  void what_was_active_at_the_end_is_cancelled_with_its_attempt() {
    event("execution.started", STARTED).event("execution.cancelled", "{'cancelled': ['a', 'b']}");

    ObjectNode view = fold();

    assertThat(view.path("status").asString()).isEqualTo("CANCELLED");
    assertThat(view.path("nodes").path(0).path("attempts").path(0).path("status").asString())
        .isEqualTo("CANCELLED");
    assertThat(view.path("nodes").path(1).path("status").asString()).isEqualTo("CANCELLED");
    assertThat(view.path("nodes").path(2).path("status").asString()).isEqualTo("PENDING");
  }

  @Test
  void a_completed_execution_has_its_output() {
    event("execution.started", "{'definition': 'o', 'version': 1}")
        .event("execution.completed", "{'output': {'n': 1}}");

    assertThat(IndependentFold.fold(events, List.of()).path("output")).isEqualTo(json("{'n': 1}"));
  }

  @Test
  void histories_that_cannot_be_are_refused() {
    assertThatThrownBy(() -> event("execution.completed", "{}").fold())
        .isInstanceOf(IllegalArgumentException.class);
    events.clear();
    assertThatThrownBy(() -> event("execution.exploded", "{}").fold())
        .isInstanceOf(IllegalArgumentException.class);
    events.clear();
    event("execution.started", STARTED);
    assertThatThrownBy(() -> event("execution.started", STARTED).fold())
        .isInstanceOf(IllegalArgumentException.class);
    events.removeLast();
    assertThatThrownBy(() -> event("execution.timed-out", "{'cancelled': ['a']}").fold())
        .hasMessageContaining("still active");
    events.removeLast();
    assertThatThrownBy(
            () -> event("execution.node-completed", "{'path': 'a', 'attempt': 2}").fold())
        .hasMessageContaining("not the current one");
    events.removeLast();
    assertThatThrownBy(
            () -> event("execution.node-completed", "{'path': 'd', 'attempt': 0}").fold())
        .hasMessageContaining("cannot become COMPLETED");
    events.removeLast();
    events.removeFirst();
    event("execution.started", STARTED);
    events.addFirst(json("{'sequence': 1}"));
    assertThatThrownBy(this::fold).hasMessageContaining("Expected sequence 0");
  }

  private static final String HELD = "{'path': 'a', 'attempt': 1, 'output': 7}";

  private IndependentFoldTest suspended() {
    events.clear();
    return event("execution.started", STARTED).event("execution.suspended", "{}");
  }

  @Test
  void what_a_suspension_holds_follows_when_it_is_released() {
    suspended().event("execution.node-completed", HELD);
    ObjectNode suspended = fold();
    event("execution.resumed", "{'reason': 'done'}")
        .event(
            "execution.node-released",
            "{'nodeId': 'a', 'path': 'a', 'taken': ['a->c'], 'activated': ['c'], 'scheduled':"
                + " [{'path': 'c', 'attempt': 1, 'input': 7}], 'skipped': [{'path': 'd', 'reason':"
                + " 'no'}]}");
    ObjectNode released = fold();

    assertThat(suspended.path("status").asString()).isEqualTo("SUSPENDED");
    assertThat(statuses(suspended)).containsExactly("COMPLETED", "ACTIVE", "PENDING", "PENDING");
    assertThat(suspended.at("/nodes/0/output")).isEqualTo(json("7"));
    assertThat(released.path("status").asString()).isEqualTo("RUNNING");
    assertThat(statuses(released)).containsExactly("COMPLETED", "ACTIVE", "ACTIVE", "SKIPPED");
    assertThat(released.at("/nodes/2/attempts/0/number")).isEqualTo(json("1"));
  }

  private static List<String> statuses(ObjectNode view) {
    return view.path("nodes").valueStream().map(node -> node.path("status").asString()).toList();
  }

  @Test
  void what_is_active_goes_on_while_suspended_and_other_ends_come() {
    suspended()
        .event(
            "execution.attempt-failed",
            "{'path': 'a', 'attempt': 1, 'error': {'code': 'x'}, 'next': {'number': 2}}")
        .event("execution.node-completed", "{'path': 'b', 'attempt': 0}")
        .event("execution.timed-out", "{'cancelled': ['a']}");
    assertThat(fold().path("status").asString()).isEqualTo("TIMED_OUT");
    event("execution.retried", "{'activated': ['a']}")
        .event("execution.node-released", "{'path': 'b', 'activated': ['c']}");

    assertThat(fold().path("status").asString()).isEqualTo("RUNNING");
    assertThat(statuses(fold())).containsExactly("ACTIVE", "COMPLETED", "ACTIVE", "PENDING");
  }

  @Test
  void suspensions_that_cannot_be_are_refused() {
    refused("execution.suspended", "{}", "cannot follow in status SUSPENDED");
    refused("execution.completed", "{}", "cannot follow in status SUSPENDED");
    refused("execution.node-released", "{'path': 'a'}", "cannot follow in status SUSPENDED");
    for (String list :
        List.of(
            "'taken': ['a->c']",
            "'activated': ['c']",
            "'scheduled': [{'path': 'c', 'attempt': 1}]",
            "'timers': [{'kind': 'DELAY', 'path': 'c'}]",
            "'skipped': [{'path': 'd'}]")) {
      refused(
          "execution.node-completed",
          "{'path': 'a', 'attempt': 1, " + list + "}",
          "Nothing may follow");
    }
    suspended().event("execution.node-completed", HELD).event("execution.resumed", "{}");
    refusedNext("execution.resumed", "{}", "cannot follow in status RUNNING");
    refusedNext("execution.node-released", "{'path': 'b'}", "was not held");
    refusedNext("execution.completed", "{}", "holds [a]");
    event("execution.node-released", "{'path': 'a'}");
    refusedNext("execution.node-released", "{'path': 'a'}", "was not held");
  }

  private void refused(String type, String data, String why) {
    suspended();
    refusedNext(type, data, why);
  }

  private void refusedNext(String type, String data, String why) {
    event(type, data);
    assertThatThrownBy(this::fold)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
    events.removeLast();
  }

  @Test
  void a_timed_out_execution_shows_the_error_of_its_view() {
    event("execution.started", STARTED).event("execution.timed-out", "{'cancelled': ['a', 'b']}");

    assertThat(fold().path("error").path("code").asString()).isEqualTo("timeout");
  }

  @Test
  void views_are_compared_member_by_member_and_what_only_the_api_gives_is_ignored() {
    JsonNode expected = json("{'a': null, 'b': [{'c': 1}], 'd': {'e': 2}}");

    assertThat(
            IndependentFold.differences(
                expected, json("{'b': [{'c': 1, 'at': 'now'}], 'd': {'e': 2}, 'f': 3}")))
        .isEmpty();
    assertThat(
            IndependentFold.differences(expected, json("{'a': 0, 'b': [{'c': 2}], 'd': {'e': 2}}")))
        .containsExactly("/a: expected null, but found 0", "/b/0/c: expected 1, but found 2");
    assertThat(IndependentFold.differences(expected, json("{'b': [], 'd': 1}"))).hasSize(2);
  }
}
