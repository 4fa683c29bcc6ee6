package dev.varve.query.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Page;
import dev.varve.api.task.TaskView;
import dev.varve.api.task.TimerView;
import dev.varve.api.task.WorkQuery.FindTasks;
import dev.varve.api.task.WorkQuery.FindTimers;
import dev.varve.query.work.WorkQueries;
import dev.varve.web.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows what is waiting, and for what. */
@RestController
@RequestMapping("/api/v1")
public final class WorkQueryController {
  private final WorkQueries work;
  private final MinPosition minPosition;

  /**
   * Makes it.
   *
   * @param work answers
   * @param minPosition waits for readers who ask for a position
   */
  public WorkQueryController(WorkQueries work, MinPosition minPosition) {
    this.work = work;
    this.minPosition = minPosition;
  }

  /** Returns a page of the attempts that run or wait to run. */
  @GetMapping("/tasks")
  public Page<TaskView> tasks(
      @RequestParam(required = false) @Nullable String executionId,
      @RequestParam(required = false) @Nullable String handler,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable String limit,
      HttpServletRequest request) {
    var query =
        new FindTasks(
            Caller.of(request).tenant(),
            execution(executionId),
            Parameters.optionalText("handler", handler),
            Cursors.task(cursor),
            Parameters.limit(limit));
    await(request);
    var slice = work.find(query);
    return new Page<>(
        slice.page().items(), Cursors.ofTask(slice.next()), slice.page().asOfPosition());
  }

  /** Returns a page of the timers that have not fired. */
  @GetMapping("/timers")
  public Page<TimerView> timers(
      @RequestParam(required = false) @Nullable String executionId,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable String limit,
      HttpServletRequest request) {
    var query =
        new FindTimers(
            Caller.of(request).tenant(),
            execution(executionId),
            Cursors.timer(cursor),
            Parameters.limit(limit));
    await(request);
    var slice = work.find(query);
    return new Page<>(
        slice.page().items(), Cursors.ofTimer(slice.next()), slice.page().asOfPosition());
  }

  private void await(HttpServletRequest request) {
    minPosition.await(
        WorkQueries.PROJECTION, request.getParameter("minPosition"), request.getParameter("wait"));
  }

  private static @Nullable ExecutionId execution(@Nullable String text) {
    if (text == null) {
      return null;
    }
    ExecutionId id = Parameters.executionId(text);
    if (id == null) {
      throw Parameters.invalid("executionId", "Expected the id of an execution", text);
    }
    return id;
  }
}
