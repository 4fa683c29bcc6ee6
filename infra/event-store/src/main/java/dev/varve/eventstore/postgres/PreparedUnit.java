package dev.varve.eventstore.postgres;

import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.Committed;
import dev.varve.api.log.KeyChange;
import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.codec.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A unit with everything done that needs no place in the log: serialized, digested, checked. */
final class PreparedUnit {
  final List<CommandCommit> commits;
  final List<Row> rows;
  final List<ReceiptRow> receipts;
  final List<KeyRow> keys;
  final int bytes;
  final long preparedNanos = System.nanoTime();
  final CompletableFuture<List<Committed>> future = new CompletableFuture<>();
  private List<Committed> results = List.of();

  PreparedUnit(
      List<CommandCommit> commits,
      List<Row> rows,
      List<ReceiptRow> receipts,
      List<KeyRow> keys,
      int bytes) {
    this.commits = commits;
    this.rows = rows;
    this.receipts = receipts;
    this.keys = keys;
    this.bytes = bytes;
  }

  /** A receipt to write; the place is that of the commit. */
  @SuppressWarnings("ArrayRecordComponent")
  record ReceiptRow(
      int commit, ReceiptId id, String bodyHash, UUID commandId, UUID streamId, byte[] answer) {}

  /** What identifies a receipt in its partition. */
  record ReceiptId(String tenant, String key) {}

  /** A key to acquire or release. */
  record KeyRow(int commit, KeyId id, KeyChange change, UUID commandId, UUID streamId) {
    boolean acquires() {
      return change.kind() == KeyChange.Kind.ACQUIRE;
    }
  }

  /** What identifies a unique key in its partition. */
  record KeyId(String tenant, String scope, String key) {}

  /**
   * Notes the answers, from the places its rows have now.
   *
   * @param before the tail in front of the unit, the place of commits without events
   */
  void resolve(LogPosition before) {
    var list = new ArrayList<Committed>(commits.size());
    LogPosition at = before;
    int next = 0;
    for (CommandCommit commit : commits) {
      if (commit.eventCount() > 0) {
        next += commit.eventCount();
        Row last = rows.get(next - 1);
        at = new LogPosition(before.partition(), last.position, Envelope.prefix(last.hash));
      }
      list.add(new Committed(at, commit.answer(), false));
    }
    results = list;
  }

  /** Returns where the commit at {@code index} ended; only after {@link #resolve}. */
  LogPosition placeOf(int index) {
    return results.get(index).position();
  }

  /** Tells everyone who waits that the unit is durable. */
  void complete() {
    for (int i = 0; i < results.size(); i++) {
      commits.get(i).complete(results.get(i));
    }
    future.complete(results);
  }
}
