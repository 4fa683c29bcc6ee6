package dev.varve.replay.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Limits;
import dev.varve.api.common.TenantId;
import dev.varve.api.log.LogToken;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.StoredEvent;
import dev.varve.replay.EventItems;
import dev.varve.replay.ExecutionTail;
import dev.varve.replay.GlobalFeed;
import dev.varve.replay.History;
import dev.varve.replay.LogTail;
import dev.varve.web.Caller;
import dev.varve.web.Preconditions;
import dev.varve.web.RejectionException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sends events as they are committed (server-sent events). Each stream is one virtual thread that
 * blocks on the feed or on its client.
 */
@RestController
@RequestMapping("/api/v1")
public final class EventStreamController implements AutoCloseable {
  /** Header with the id of the last event that a client has. */
  static final String LAST_EVENT_ID = "Last-Event-ID";

  private static final Logger LOG = LoggerFactory.getLogger(EventStreamController.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final EventLog log;
  private final History history;
  private final GlobalFeed feed;
  private final EventItems items;
  private final Duration heartbeat;
  private final Semaphore places = new Semaphore(Limits.STREAMS_MAX);
  private volatile boolean closed;

  /**
   * Makes it.
   *
   * @param log where events come from
   * @param items shows events
   * @param heartbeat a stream that is silent for so long sends a comment
   */
  public EventStreamController(EventLog log, EventItems items, Duration heartbeat) {
    this.log = log;
    this.history = new History(log);
    this.feed = new GlobalFeed(log);
    this.items = items;
    this.heartbeat = heartbeat;
  }

  /** Returns how many clients are being served. */
  public int open() {
    return Limits.STREAMS_MAX - places.availablePermits();
  }

  /** Ends all streams; their clients come again elsewhere with what they have. */
  @Override
  public void close() {
    closed = true;
  }

  /**
   * Sends an execution's events from the start, or after {@code Last-Event-ID} or {@code after},
   * and ends with the event that ended it, unless it was retried since; 204 when there is nothing
   * left to send.
   */
  @GetMapping(path = "/executions/{id}/events/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  public void ofExecution(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String data,
      HttpServletRequest request,
      HttpServletResponse response)
      throws InterruptedException {
    TenantId tenant = Caller.of(request).tenant();
    ExecutionId executionId = EventParameters.idOrNotFound(id);
    boolean withData = EventParameters.flag("data", data, true);
    Long given = sequence(request, after);
    long known = given == null ? -1 : given;
    if (history.page(tenant, executionId, null, 1, false) == null) {
      throw EventParameters.noExecution();
    }
    if (isOver(tenant, executionId, known)) {
      response.setStatus(HttpServletResponse.SC_NO_CONTENT); // tells browsers not to come again
      return;
    }
    serve(() -> {
      try (var tail = new ExecutionTail(log, executionId.value(), known)) {
        send(
            tail,
            new SseWriter(response, heartbeat),
            withData,
            sequence -> isOver(tenant, executionId, sequence));
      }
    });
  }

  /**
   * Sends the events of all executions and definitions from the start, or after {@code
   * Last-Event-ID} or {@code after}, and does not end.
   */
  @GetMapping(path = "/events/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  public void all(
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String types,
      @RequestParam(required = false) @Nullable String data,
      HttpServletRequest request,
      HttpServletResponse response)
      throws InterruptedException {
    TenantId tenant = Caller.of(request).tenant();
    String last = request.getHeader(LAST_EVENT_ID);
    LogToken token = EventParameters.token(last == null ? after : last);
    boolean withData = EventParameters.flag("data", data, true);
    var names = EventParameters.types(types, items.names());
    EventParameters.checkHeld(feed, token);
    serve(() -> {
      try (var tail = new LogTail(log, tenant, token, names)) {
        send(tail, new SseWriter(response, heartbeat), withData);
      }
    });
  }

  private void send(ExecutionTail tail, SseWriter out, boolean withData, LongPredicate over)
      throws IOException, InterruptedException {
    while (!closed) {
      List<StoredEvent> events = tail.next(LOOK_EVERY);
      for (StoredEvent event : events) {
        String id = Long.toString(event.sequence());
        out.event(id, event.type(), items.inHistory(event, withData));
        if (ExecutionTail.isEnd(event) && over.test(event.sequence())) {
          out.flush();
          return;
        }
      }
      if (events.isEmpty()) {
        out.heartbeat();
      } else {
        out.flush();
      }
    }
  }

  private void send(LogTail tail, SseWriter out, boolean withData)
      throws IOException, InterruptedException {
    while (!closed) {
      List<LogTail.Item> found = tail.next(LOOK_EVERY);
      for (LogTail.Item item : found) {
        StoredEvent event = item.event();
        out.event(item.after().toToken(), event.type(), items.inFeed(event, withData));
      }
      if (found.isEmpty()) {
        out.heartbeat(tail.token().toToken());
      } else {
        out.flush();
      }
    }
  }

  private boolean isOver(TenantId tenant, ExecutionId executionId, long known) {
    if (known < 0) {
      return false;
    }
    History.Slice rest = history.page(tenant, executionId, known, 1, false);
    if (rest != null && !rest.events().isEmpty()) {
      return false;
    }
    History.Slice last = history.page(tenant, executionId, null, 1, true);
    return last != null
        && !last.events().isEmpty()
        && ExecutionTail.isEnd(last.events().getFirst());
  }

  private static @Nullable Long sequence(HttpServletRequest request, @Nullable String after) {
    String last = request.getHeader(LAST_EVENT_ID);
    if (last == null) {
      return EventParameters.sequence(after);
    }
    if (!last.matches("[0-9]{1,18}")) {
      throw Preconditions.malformed(LAST_EVENT_ID, "Expected the sequence of an event, from 0");
    }
    return Long.valueOf(last);
  }

  /** One stream. */
  private interface Stream {
    void send() throws IOException, InterruptedException;
  }

  private void serve(Stream stream) throws InterruptedException {
    if (!places.tryAcquire()) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.OVERLOADED,
              "Expected at most " + Limits.STREAMS_MAX + " streams at once; try again later"));
    }
    try {
      stream.send();
    } catch (IOException e) {
      // the client is gone or does not read; it comes again with Last-Event-ID
      LOG.atDebug().addKeyValue("reason", e.toString()).log("stream ended by its client");
    } finally {
      places.release();
    }
  }
}
