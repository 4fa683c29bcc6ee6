package dev.varve.command.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Limits;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.ResumeExecution;
import dev.varve.api.execution.ExecutionCommand.RetryExecution;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionCommand.SuspendExecution;
import dev.varve.api.log.Committed;
import dev.varve.api.log.Partitions;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.port.Commands;
import dev.varve.command.port.EndedExecutions;
import dev.varve.web.Bodies;
import dev.varve.web.Caller;
import dev.varve.web.Preconditions;
import dev.varve.web.RejectionException;
import dev.varve.web.json.StrictJson;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Starts and controls executions. */
@RestController
public final class ExecutionCommandController {
  private static final String ROUTE = "/api/v1/executions";
  private static final Set<String> START_MEMBERS =
      Set.of("definition", "version", "input", "businessKey", "labels");

  private final Commands commands;
  private final Partitions partitions;
  private final EndedExecutions endedExecutions;

  /** Makes the door over the command side. */
  public ExecutionCommandController(
      Commands commands, Partitions partitions, EndedExecutions endedExecutions) {
    this.commands = commands;
    this.partitions = partitions;
    this.endedExecutions = endedExecutions;
  }

  /**
   * {@code POST /executions}: 201 with id, status, version and position; with {@code wait} the view
   * when it ended.
   */
  @PostMapping(ROUTE)
  public ResponseEntity<JsonNode> start(
      HttpServletRequest request,
      @RequestParam(name = "wait", required = false) @Nullable String wait)
      throws InterruptedException {
    Caller caller = Caller.of(request);
    Duration patience = patience(wait);
    JsonNode body = StrictJson.read(Bodies.readJson(request, Limits.REQUEST_BYTES_MAX));
    StartExecution command = startCommand(caller, body);
    var metadata = caller.metadata(UUID.randomUUID(), "POST " + ROUTE, Bodies.canonical(body));
    Committed committed = CommandAnswers.accepted(commands.send(command, metadata));
    var started = ExecutionId.parse(committed.answer().path("executionId").asString());
    URI location = URI.create(ROUTE + "/" + started);
    if (patience.isPositive()) {
      JsonNode view = endedExecutions.await(caller.tenant(), started, patience);
      if (view != null) {
        return CommandAnswers.response(201, location, committed, view);
      }
    }
    return CommandAnswers.response(201, location, committed);
  }

  /**
   * {@code POST /executions/{id}/cancel}: 202; 409 {@code execution.terminal} when it has ended,
   * 412 {@code version.conflict} when its stream has another version than {@code If-Match} asks
   * for.
   */
  @PostMapping(ROUTE + "/{id}/cancel")
  public ResponseEntity<JsonNode> cancel(
      HttpServletRequest request, @PathVariable("id") String id) {
    return control(request, id, "cancel", CancelExecution::new);
  }

  /**
   * {@code POST /executions/{id}/suspend}: 202; 409 {@code execution.not-running} when it is
   * suspended already, {@code execution.terminal} when it has ended; 412 {@code version.conflict}
   * as for cancel.
   */
  @PostMapping(ROUTE + "/{id}/suspend")
  public ResponseEntity<JsonNode> suspend(
      HttpServletRequest request, @PathVariable("id") String id) {
    return control(request, id, "suspend", SuspendExecution::new);
  }

  /**
   * {@code POST /executions/{id}/resume}: 202; 409 {@code execution.not-suspended} while it runs,
   * {@code execution.terminal} when it has ended; 412 {@code version.conflict} as for cancel.
   */
  @PostMapping(ROUTE + "/{id}/resume")
  public ResponseEntity<JsonNode> resume(
      HttpServletRequest request, @PathVariable("id") String id) {
    return control(request, id, "resume", ResumeExecution::new);
  }

  /**
   * {@code POST /executions/{id}/retry}: 202; 409 {@code execution.not-failed} while it runs or is
   * suspended, {@code execution.terminal} when it completed or was cancelled, {@code
   * execution.business-key-taken} when another one has its key by now; 413 {@code
   * payload.too-large} when what must be done again does not fit one event; 412 {@code
   * version.conflict} as for cancel.
   */
  @PostMapping(ROUTE + "/{id}/retry")
  public ResponseEntity<JsonNode> retry(HttpServletRequest request, @PathVariable("id") String id) {
    return control(request, id, "retry", RetryExecution::new);
  }

  /** A command that takes a reason and the version it was decided on. */
  private interface Control {
    ExecutionCommand command(ExecutionId id, @Nullable String reason, @Nullable Long version);
  }

  private ResponseEntity<JsonNode> control(
      HttpServletRequest request, String id, String verb, Control control) {
    Caller caller = Caller.of(request);
    byte[] bytes = Bodies.readJson(request, Limits.REQUEST_BYTES_MAX);
    JsonNode body =
        bytes.length == 0 ? JsonNodeFactory.instance.objectNode() : StrictJson.read(bytes);
    var fields = new RequestFields(body, Set.of("reason"));
    String reason = fields.text("reason", Limits.NAME_CHARS_MAX);
    fields.check();
    ExecutionCommand command =
        control.command(executionId(id), reason, Preconditions.ifMatch(request));
    String route = ROUTE + "/" + command.executionId();
    var metadata =
        caller.metadata(UUID.randomUUID(), "POST " + route + "/" + verb, Bodies.canonical(body));
    Committed committed = CommandAnswers.accepted(commands.send(command, metadata));
    return CommandAnswers.response(202, URI.create(route), committed);
  }

  private StartExecution startCommand(Caller caller, JsonNode body) {
    var fields = new RequestFields(body, START_MEMBERS);
    String definition = fields.requiredText("definition", Limits.NAME_CHARS_MAX);
    Integer version = fields.integer("version", 1);
    JsonNode input = fields.json("input", JsonNodeFactory.instance.objectNode());
    String businessKey = fields.text("businessKey", Limits.NAME_CHARS_MAX);
    var labels = fields.labels("labels");
    fields.check();
    int partition = partition(caller, businessKey);
    var id = new ExecutionId(partitions.newStreamId(partition));
    return new StartExecution(id, definition, version, input, businessKey, labels);
  }

  // Everything one command commits lies in one partition: the key's, so that key, receipt and first
  // event share it.
  private int partition(Caller caller, @Nullable String businessKey) {
    if (businessKey != null) {
      return partitions.forKey(caller.tenant(), businessKey);
    }
    String idempotencyKey = caller.idempotencyKey();
    return idempotencyKey == null
        ? partitions.any()
        : partitions.forKey(caller.tenant(), idempotencyKey);
  }

  private static ExecutionId executionId(String text) {
    try {
      return ExecutionId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RejectionException(
          Rejection.of(RejectionCode.EXECUTION_NOT_FOUND, "Expected the id of an execution"));
    }
  }

  private static Duration patience(@Nullable String wait) {
    if (wait == null) {
      return Duration.ZERO;
    }
    try {
      Duration patience = Duration.parse(wait);
      if (!patience.isNegative() && patience.compareTo(Limits.WAIT_MAX) <= 0) {
        return patience;
      }
    } catch (DateTimeParseException e) {
      // answered below, together with durations out of range
    }
    String detail = "Expected an ISO 8601 duration from PT0S to " + Limits.WAIT_MAX;
    throw new RejectionException(
        Rejection.of(
            RejectionCode.QUERY_INVALID,
            detail,
            List.of(FieldError.of("duration.invalid", "/wait", detail))));
  }
}
