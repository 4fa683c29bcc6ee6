package dev.varve.replay.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.log.LogToken;
import dev.varve.eventstore.StoredEvent;
import dev.varve.replay.EventItems;
import dev.varve.replay.GlobalFeed;
import dev.varve.replay.History;
import dev.varve.web.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Shows events: the history of one execution, and the feed of all. */
@RestController
@RequestMapping("/api/v1")
public final class EventsController {
  private final History history;
  private final GlobalFeed feed;
  private final EventItems items;

  /**
   * Makes it.
   *
   * @param history reads one execution
   * @param feed reads all
   * @param items shows events
   */
  public EventsController(History history, GlobalFeed feed, EventItems items) {
    this.history = history;
    this.feed = feed;
    this.items = items;
  }

  /** Returns a page of an execution's history; {@code next} is null on the last page. */
  @GetMapping("/executions/{id}/events")
  public ObjectNode ofExecution(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String reverse,
      @RequestParam(required = false) @Nullable String data,
      HttpServletRequest request) {
    TenantId tenant = Caller.of(request).tenant();
    ExecutionId executionId = EventParameters.idOrNotFound(id);
    Long sequence = EventParameters.sequence(after);
    int max = EventParameters.limit(limit);
    boolean backwards = EventParameters.flag("reverse", reverse, false);
    boolean withData = EventParameters.flag("data", data, true);
    EventParameters.checkMinPosition(feed, request);
    History.Slice slice = history.page(tenant, executionId, sequence, max, backwards);
    if (slice == null) {
      throw EventParameters.noExecution();
    }
    ObjectNode page = page(slice.events(), event -> items.inHistory(event, withData));
    if (slice.more()) {
      page.put("next", slice.events().getLast().sequence());
    } else {
      page.putNull("next");
    }
    return page;
  }

  /**
   * Returns a page of the feed; {@code next} is where to go on, also at the end of the log, where
   * {@code items} is empty.
   */
  @GetMapping("/events")
  public ObjectNode all(
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String types,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String data,
      HttpServletRequest request) {
    TenantId tenant = Caller.of(request).tenant();
    LogToken token = EventParameters.token(after);
    int max = EventParameters.limit(limit);
    boolean withData = EventParameters.flag("data", data, true);
    var names = EventParameters.types(types, items.names());
    EventParameters.checkHeld(feed, token);
    EventParameters.checkMinPosition(feed, request);
    GlobalFeed.Slice slice = feed.page(tenant, token, names, max);
    ObjectNode page = page(slice.events(), event -> items.inFeed(event, withData));
    page.put("next", slice.next().toToken());
    return page;
  }

  private static ObjectNode page(List<StoredEvent> events, Function<StoredEvent, ObjectNode> item) {
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    var array = page.putArray("items");
    events.forEach(event -> array.add(item.apply(event)));
    return page;
  }
}
