package dev.varve.replay;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All events of all partitions, page by page: complete, resumable from any token it gave, ordered
 * within an execution and within a partition, with no order between executions.
 */
public final class GlobalFeed {
  /** Most events looked at for one page, so that a filter that lets nothing through ends. */
  private static final int LOOKED_AT_MAX = 20_000;

  /** Events read at once: a page's worth of payloads is in memory, not a partition's. */
  private static final int CHUNK = 1_000;

  private final EventLog log;

  /** Reads {@code log}. */
  public GlobalFeed(EventLog log) {
    this.log = log;
  }

  /** Tells whether {@code token} is a place in this log: neither beyond its end nor of another. */
  public boolean holds(LogToken token) {
    List<Integer> partitions = log.partitions();
    for (LogPosition each : token.positions()) {
      if (!partitions.contains(each.partition()) || !log.holds(each)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the events after {@code after}.
   *
   * @param tenant whose
   * @param after a token that {@linkplain #holds holds}
   * @param types stored names to show; empty for all
   * @param limit most events, at least 1
   */
  public Slice page(TenantId tenant, LogToken after, Set<String> types, int limit) {
    List<Integer> partitions = log.partitions();
    var found = new ArrayList<StoredEvent>();
    LogToken next = after;
    int share = Math.max(1, (limit + partitions.size() - 1) / partitions.size());
    int lookedAt = 0;
    boolean progress = true;
    while (progress && found.size() < limit && lookedAt < LOOKED_AT_MAX) {
      progress = false;
      for (int partition : partitions) {
        int room = Math.min(share, limit - found.size());
        if (room <= 0) {
          break;
        }
        // with a filter the room says little of how much has to be read
        int chunk = types.isEmpty() ? room : CHUNK;
        List<StoredEvent> read = log.readPartition(partition, next.at(partition).position(), chunk);
        LogPosition last = take(read, tenant, types, room, found);
        if (last != null) {
          next = next.with(last);
          progress = true;
        }
        lookedAt += read.size();
      }
    }
    return new Slice(found, next);
  }

  /** Takes what fits; returns the last position looked at, null when there was none. */
  private static @Nullable LogPosition take(
      List<StoredEvent> read,
      TenantId tenant,
      Set<String> types,
      int room,
      List<StoredEvent> found) {
    LogPosition last = null;
    int taken = 0;
    for (StoredEvent event : read) {
      if (taken == room) {
        break;
      }
      if (event.tenant().equals(tenant) && (types.isEmpty() || types.contains(event.type()))) {
        found.add(event);
        taken++;
      }
      last = event.position();
    }
    return last;
  }

  /**
   * A page.
   *
   * @param events may be empty, even when more follow, if a filter is given
   * @param next where to go on; equal to where the page began at the end of the log
   */
  public record Slice(List<StoredEvent> events, LogToken next) {
    /** Copies the list. */
    public Slice {
      events = List.copyOf(events);
    }
  }
}
