package dev.varve.command.worker;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The handlers of this process, by name, and the one for {@code http} nodes. */
public final class Handlers {
  private final Map<String, TaskHandler> byName;
  private final TaskHandler http;

  /**
   * Collects the handlers.
   *
   * @param http runs {@code http} nodes; its name is not looked up
   * @param handlers run {@code task} nodes
   * @throws IllegalArgumentException when two have the same name
   */
  public Handlers(TaskHandler http, Collection<? extends TaskHandler> handlers) {
    var map = LinkedHashMap.<String, TaskHandler>newLinkedHashMap(handlers.size());
    for (TaskHandler each : handlers) {
      if (map.putIfAbsent(each.name(), each) != null) {
        throw new IllegalArgumentException(
            "Expected handler names to be unique, but " + each.name() + " is given twice");
      }
    }
    this.byName = Map.copyOf(map);
    this.http = http;
  }

  /** Returns the names that definitions may use. */
  public Set<String> names() {
    return byName.keySet();
  }

  /**
   * Finds who runs an attempt.
   *
   * @throws TaskFailure {@code handler.unknown}, retryable: another version of the program may know
   *     it
   */
  TaskHandler find(String type, @Nullable String name) throws TaskFailure {
    if (type.equals("http")) {
      return http;
    }
    TaskHandler handler = name == null ? null : byName.get(name);
    if (handler == null) {
      throw new TaskFailure(
          "handler.unknown",
          "Expected a handler of this server, but none has the name " + Messages.plain(name, 64),
          true);
    }
    return handler;
  }
}
