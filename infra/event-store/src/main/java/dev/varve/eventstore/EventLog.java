package dev.varve.eventstore;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The event store: one log per partition.
 *
 * <p>Position contract. Within a partition positions are unique and dense from 1, and their order
 * is the order in which commits become visible: a reader that has seen p has seen everything of
 * that partition at or below p, on every node. Order is promised within a stream and within a
 * partition, nowhere else.
 */
public interface EventLog extends AutoCloseable {
  /**
   * Appends a unit. The future completes when it is durable, with one result per commit in order,
   * and every commit has then been {@linkplain dev.varve.api.log.CommandCommit#complete completed};
   * it fails with an {@link dev.varve.api.log.AppendException}, and other units are not affected.
   */
  CompletableFuture<List<Committed>> append(AppendUnit unit);

  /**
   * Reads a stream upwards from {@code fromSequence}, at most {@code max} events; empty at the end.
   */
  List<StoredEvent> readStream(UUID streamId, long fromSequence, int max);

  /**
   * Reads a partition upwards after {@code afterPosition}, at most {@code max} events; empty at the
   * tail.
   */
  List<StoredEvent> readPartition(int partition, long afterPosition, int max);

  /** Returns the last durable position of {@code partition} as known to this node. */
  LogPosition tail(int partition);

  /** Returns the partitions of this log, ascending. */
  List<Integer> partitions();

  /** Returns the tails of all partitions. */
  LogToken tail();

  /**
   * Opens a reader that is fed from memory right after commits on this node and from the table for
   * everything else.
   *
   * @param afterPosition the first event delivered is the next one
   */
  FeedReader openFeed(int partition, long afterPosition);

  /** Finds the first answer given to a client's command id; null when there is none. */
  @Nullable Receipt findReceipt(int partition, TenantId tenant, String key);

  /** Finds the stream that owns a unique key; null when it is free. */
  @Nullable UUID findKeyOwner(TenantId tenant, String scope, String key);

  /**
   * Returns the last position that was recorded at or before {@code instant}; the start of the
   * partition when there is none. Exact for instants in the past, since times never decrease with
   * the position.
   */
  default LogPosition positionAt(int partition, Instant instant) {
    LogPosition found = LogPosition.start(partition);
    long low = 0;
    long high = tail(partition).position();
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      StoredEvent event = readPartition(partition, middle - 1, 1).getFirst();
      if (event.recordedAt().isAfter(instant)) {
        high = middle - 1;
      } else {
        low = middle;
        found = event.position();
      }
    }
    return found;
  }

  /**
   * Tells whether the log has {@code position} with the very hash it names; false after commits
   * were lost, when a token that a client kept must be answered with {@code cursor.regressed}.
   */
  default boolean holds(LogPosition position) {
    if (position.position() == 0) {
      return true;
    }
    List<StoredEvent> there = readPartition(position.partition(), position.position() - 1, 1);
    return !there.isEmpty() && there.getFirst().position().equals(position);
  }

  /** Stops the writers and readers; waiting appends fail as unavailable. */
  @Override
  void close();
}
