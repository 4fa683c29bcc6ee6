package dev.varve.eventstore.postgres;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.codec.EventJson;
import dev.varve.eventstore.postgres.AppendSession.Landed;
import dev.varve.eventstore.postgres.AppendSession.StoredReceipt;
import dev.varve.eventstore.postgres.PreparedUnit.KeyId;
import dev.varve.eventstore.postgres.PreparedUnit.KeyRow;
import dev.varve.eventstore.postgres.PreparedUnit.ReceiptId;
import dev.varve.eventstore.postgres.PreparedUnit.ReceiptRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides under the exclusive lock, unit by unit in order, which may be written. One outcome per
 * unit: a loser takes nobody with it.
 */
final class Judge {
  final List<PreparedUnit> survivors = new ArrayList<>();

  /** Repeats of a unit of this very group: judged again once that one is durable. */
  final List<PreparedUnit> deferred = new ArrayList<>();

  /** Units that an earlier try, whose outcome was open, had written after all. */
  final List<PreparedUnit> landed = new ArrayList<>();

  final Map<PreparedUnit, AppendException> losers = new LinkedHashMap<>();
  final Set<KeyId> owned = new HashSet<>();

  private final int partition;
  private final Map<UUID, Long> versions;
  private final Map<ReceiptId, StoredReceipt> receipts;
  private final Map<KeyId, UUID> owners;
  private final Map<UUID, Landed> places;
  private final Set<ReceiptId> newReceipts = new HashSet<>();

  /** Reads what the units touch. {@code inDoubt} when they may have been written before. */
  Judge(AppendSession session, int partition, List<PreparedUnit> units, boolean inDoubt)
      throws SQLException {
    this.partition = partition;
    Set<UUID> streams = new HashSet<>();
    Set<ReceiptId> receiptIds = new HashSet<>();
    Set<KeyId> keyIds = new HashSet<>();
    List<Row> rows = new ArrayList<>();
    for (PreparedUnit unit : units) {
      unit.rows.forEach(row -> streams.add(row.event.streamId()));
      unit.receipts.forEach(receipt -> receiptIds.add(receipt.id()));
      unit.keys.forEach(key -> keyIds.add(key.id()));
      rows.addAll(unit.rows);
    }
    this.versions = session.versions(List.copyOf(streams));
    this.receipts = session.receipts(List.copyOf(receiptIds));
    this.owners = session.owners(List.copyOf(keyIds));
    this.places = inDoubt ? session.landed(rows) : Map.of();
    owners.forEach((key, owner) -> owned.add(key));
    units.forEach(unit -> judge(unit, inDoubt));
    owned.retainAll(keysOf(survivors));
  }

  private static Set<KeyId> keysOf(List<PreparedUnit> units) {
    Set<KeyId> keys = new HashSet<>();
    units.forEach(unit -> unit.keys.forEach(key -> keys.add(key.id())));
    return keys;
  }

  private void judge(PreparedUnit unit, boolean inDoubt) {
    if (inDoubt && hasLanded(unit)) {
      landed.add(unit);
      return;
    }
    if (unit.receipts.stream().anyMatch(receipt -> newReceipts.contains(receipt.id()))) {
      deferred.add(unit);
      return;
    }
    var newVersions = new HashMap<UUID, Long>();
    var newOwners = new HashMap<KeyId, @Nullable UUID>();
    AppendException loss = receiptLoss(unit);
    loss = loss != null ? loss : streamLoss(unit, newVersions);
    loss = loss != null ? loss : keyLoss(unit, newOwners);
    if (loss != null) {
      losers.put(unit, loss);
      return;
    }
    survivors.add(unit);
    versions.putAll(newVersions);
    newOwners.forEach((key, owner) -> {
      if (owner == null) {
        owners.remove(key);
      } else {
        owners.put(key, owner);
      }
    });
    unit.receipts.forEach(receipt -> newReceipts.add(receipt.id()));
  }

  /** Tells whether the unit is in the log; its rows then know their places. */
  private boolean hasLanded(PreparedUnit unit) {
    if (unit.rows.isEmpty()) {
      for (ReceiptRow receipt : unit.receipts) {
        StoredReceipt stored = receipts.get(receipt.id());
        if (stored == null || !stored.commandId().equals(receipt.commandId())) {
          return false;
        }
        unit.resolve(new LogPosition(partition, stored.position(), stored.hashPrefix()));
      }
      return !unit.receipts.isEmpty();
    }
    for (Row row : unit.rows) {
      Landed place = places.get(row.event.eventId());
      if (place == null) {
        return false;
      }
      row.position = place.position();
      row.hash = place.hash();
    }
    Row first = unit.rows.getFirst();
    unit.resolve(new Tail(first.position, first.hash, 0).at(partition));
    return true;
  }

  private @Nullable AppendException receiptLoss(PreparedUnit unit) {
    for (ReceiptRow receipt : unit.receipts) {
      StoredReceipt stored = receipts.get(receipt.id());
      if (stored == null) {
        continue;
      }
      if (!stored.bodyHash().equals(receipt.bodyHash())) {
        return new AppendException.CommandIdReused(receipt.commandId(), receipt.id().key());
      }
      return new AppendException.DuplicateCommand(
          receipt.commandId(),
          new Committed(
              new LogPosition(partition, stored.position(), stored.hashPrefix()),
              EventJson.mapper().readTree(stored.answer()),
              true));
    }
    return null;
  }

  private @Nullable AppendException streamLoss(PreparedUnit unit, Map<UUID, Long> newVersions) {
    for (Row row : unit.rows) {
      UUID stream = row.event.streamId();
      Long last = newVersions.getOrDefault(stream, versions.getOrDefault(stream, -1L));
      if (row.event.sequence() != last + 1) {
        return new AppendException.StreamConflict(stream, row.event.sequence());
      }
      newVersions.put(stream, row.event.sequence());
    }
    return null;
  }

  private @Nullable AppendException keyLoss(
      PreparedUnit unit, Map<KeyId, @Nullable UUID> newOwners) {
    for (KeyRow key : unit.keys) {
      UUID owner = newOwners.containsKey(key.id()) ? newOwners.get(key.id()) : owners.get(key.id());
      if (key.acquires()) {
        if (owner != null && !owner.equals(key.streamId())) {
          return new AppendException.KeyTaken(key.commandId(), key.change(), owner);
        }
        newOwners.put(key.id(), key.streamId());
      } else if (key.streamId().equals(owner)) {
        newOwners.put(key.id(), null);
      }
    }
    return null;
  }
}
