package dev.varve.replay.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.replay.GlobalFeed;
import dev.varve.replay.Moment;
import dev.varve.replay.StateDiff;
import dev.varve.replay.TimeTravel;
import dev.varve.web.Caller;
import dev.varve.web.RejectionException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Shows an execution as it was, and what changed between two moments. */
@RestController
@RequestMapping("/api/v1/executions/{id}")
public final class StateController {
  private final TimeTravel past;
  private final GlobalFeed feed;
  private final JsonMapper json;

  /**
   * Makes it.
   *
   * @param past finds states
   * @param feed knows which positions are in the log
   * @param json writes views as the other routes do
   */
  public StateController(TimeTravel past, GlobalFeed feed, JsonMapper json) {
    this.past = past;
    this.feed = feed;
    this.json = json;
  }

  /**
   * Returns the view of the execution after an event, with {@code sequence} and {@code recordedAt}
   * of that event.
   *
   * @param at the sequence of an event, or an instant; the latest event when absent
   */
  @GetMapping("/state")
  public ObjectNode state(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String at,
      HttpServletRequest request) {
    EventParameters.checkMinPosition(feed, request);
    return shown(find(id, "at", at, request));
  }

  /**
   * Returns {@code {executionId, from, to, changes: [{pointer, before?, after?}]}}, where {@code
   * from} and {@code to} are {@code {sequence, recordedAt}}.
   *
   * @param from the sequence of an event, or an instant; the first event when absent
   * @param to the same; the latest event when absent
   */
  @GetMapping("/diff")
  public ObjectNode diff(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String from,
      @RequestParam(required = false) @Nullable String to,
      HttpServletRequest request) {
    EventParameters.checkMinPosition(feed, request);
    TimeTravel.State before = find(id, "from", from == null ? "0" : from, request);
    TimeTravel.State after = find(id, "to", to, request);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("executionId", after.view().executionId().toString());
    answer.set("from", moment(before));
    answer.set("to", moment(after));
    answer.set(
        "changes",
        StateDiff.between(json.valueToTree(before.view()), json.valueToTree(after.view())));
    return answer;
  }

  private ObjectNode shown(TimeTravel.State state) {
    ObjectNode shown = moment(state);
    shown.setAll((ObjectNode) json.valueToTree(state.view()));
    return shown;
  }

  private ObjectNode moment(TimeTravel.State state) {
    ObjectNode moment = JsonNodeFactory.instance.objectNode();
    moment.put("sequence", state.sequence());
    moment.set("recordedAt", json.valueToTree(state.recordedAt()));
    return moment;
  }

  private TimeTravel.State find(
      String id, String parameter, @Nullable String text, HttpServletRequest request) {
    Moment moment = EventParameters.moment(parameter, text);
    ExecutionId executionId = EventParameters.executionId(id);
    TimeTravel.State state;
    try {
      state =
          executionId == null ? null : past.at(Caller.of(request).tenant(), executionId, moment);
    } catch (TimeTravel.NoSuchMoment e) {
      throw EventParameters.invalid(parameter, "Expected a sequence from 0 to " + e.last());
    }
    if (state == null) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.EXECUTION_NOT_FOUND,
              moment instanceof Moment.At at
                  ? "Expected an execution that had begun at " + at.instant()
                  : "Expected the id of an execution, but there is none of this id"));
    }
    return state;
  }
}
