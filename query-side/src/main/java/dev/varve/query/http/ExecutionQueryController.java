package dev.varve.query.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Page;
import dev.varve.api.execution.ExecutionQuery.FindExecutions;
import dev.varve.api.execution.ExecutionQuery.GetExecution;
import dev.varve.api.execution.ExecutionSummary;
import dev.varve.api.execution.ExecutionView;
import dev.varve.api.log.LogToken;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.execution.ExecutionQueries;
import dev.varve.web.Caller;
import dev.varve.web.Preconditions;
import dev.varve.web.RejectionException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows executions. */
@RestController
@RequestMapping("/api/v1/executions")
public final class ExecutionQueryController {
  private final ExecutionQueries executions;
  private final MinPosition minPosition;
  private final StreamVersions versions;

  /**
   * Makes it.
   *
   * @param executions answers
   * @param minPosition waits for readers who ask for a position
   * @param versions tells what {@code If-Match} may ask for
   */
  public ExecutionQueryController(
      ExecutionQueries executions, MinPosition minPosition, StreamVersions versions) {
    this.executions = executions;
    this.minPosition = minPosition;
    this.versions = versions;
  }

  /** Returns a page of executions, newest first. */
  @GetMapping
  public Page<ExecutionSummary> find(
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(required = false) @Nullable String definition,
      @RequestParam(required = false) @Nullable String businessKey,
      @RequestParam(required = false) @Nullable String startedAfter,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable String limit,
      HttpServletRequest request) {
    var query =
        new FindExecutions(
            Caller.of(request).tenant(),
            Parameters.status(status),
            Parameters.optionalText("definition", definition),
            Parameters.optionalText("businessKey", businessKey),
            Parameters.labels(request.getParameterValues("label")),
            Parameters.instant("startedAfter", startedAfter),
            Cursors.execution(cursor),
            Parameters.limit(limit));
    minPosition.await(
        ExecutionProjection.NAME,
        request.getParameter("minPosition"),
        request.getParameter("wait"));
    Page<ExecutionSummary> page = executions.find(query);
    return new Page<>(page.items(), Cursors.ofExecution(page.next()), page.asOfPosition());
  }

  /**
   * Returns one execution with its nodes and attempts; its {@code ETag} is its stream's version.
   */
  @GetMapping("/{id}")
  public ResponseEntity<ExecutionView> get(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String minPosition,
      @RequestParam(required = false) @Nullable String wait,
      HttpServletRequest request) {
    ExecutionId executionId = Parameters.executionId(id);
    ExecutionView view = null;
    if (executionId != null) {
      this.minPosition.await(ExecutionProjection.NAME, minPosition, wait);
      view = executions.get(new GetExecution(Caller.of(request).tenant(), executionId));
    }
    if (view == null) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.EXECUTION_NOT_FOUND,
              "Expected the id of an execution, but there is none of this id"));
    }
    Long version = versions.at(view.executionId(), LogToken.parse(view.asOfPosition()));
    var response = ResponseEntity.ok();
    if (version != null) {
      response.eTag(Preconditions.etag(version));
    }
    return response.body(view);
  }
}
