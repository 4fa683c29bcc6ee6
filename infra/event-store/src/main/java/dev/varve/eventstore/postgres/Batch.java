package dev.varve.eventstore.postgres;

import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.codec.Envelope;
import dev.varve.eventstore.postgres.PreparedUnit.KeyRow;
import dev.varve.eventstore.postgres.PreparedUnit.ReceiptRow;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Units that are written together, numbered and chained behind a tail. */
final class Batch {
  final List<PreparedUnit> units;
  final Tail base;
  final Tail end;
  final List<Row> rows = new ArrayList<>();
  final List<PlacedReceipt> receipts = new ArrayList<>();
  final Map<PreparedUnit.KeyId, PlacedKey> acquired = new LinkedHashMap<>();
  final List<KeyRow> released = new ArrayList<>();

  /** A receipt and where its command ended. */
  record PlacedReceipt(ReceiptRow row, LogPosition at) {}

  /** A key and where the command that acquires it ended. */
  record PlacedKey(KeyRow row, LogPosition at) {}

  /**
   * Numbers and chains.
   *
   * @param alreadyOwned keys that need no row, since their stream owns them already
   */
  Batch(
      int partition,
      Tail base,
      long nowMicros,
      List<PreparedUnit> units,
      Set<PreparedUnit.KeyId> alreadyOwned) {
    var owned = new HashSet<>(alreadyOwned);
    this.units = units;
    this.base = base;
    long recordedAt = Math.max(nowMicros, base.recordedAtMicros());
    MessageDigest digest = Envelope.newDigest();
    long position = base.position();
    byte[] hash = base.hash();
    LogPosition at = base.at(partition);
    for (PreparedUnit unit : units) {
      for (Row row : unit.rows) {
        position++;
        hash = Envelope.chain(digest, hash, partition, position, recordedAt, row.envelopeDigest);
        row.position = position;
        row.hash = hash;
        rows.add(row);
      }
      unit.resolve(at);
      if (!unit.rows.isEmpty()) {
        at = new LogPosition(partition, position, Envelope.prefix(hash));
      }
      for (ReceiptRow receipt : unit.receipts) {
        receipts.add(new PlacedReceipt(receipt, unit.placeOf(receipt.commit())));
      }
      addKeys(unit);
    }
    for (KeyRow key : released) {
      owned.remove(key.id());
    }
    owned.forEach(acquired::remove);
    this.end = rows.isEmpty() ? base : new Tail(position, hash, recordedAt);
  }

  /**
   * What is acquired and then released by the same group needs no row; releases are written first.
   */
  private void addKeys(PreparedUnit unit) {
    for (KeyRow key : unit.keys) {
      if (key.acquires()) {
        acquired.put(key.id(), new PlacedKey(key, unit.placeOf(key.commit())));
      } else {
        acquired.remove(key.id());
        released.add(key);
      }
    }
  }

  long recordedAtMicros() {
    return end.recordedAtMicros();
  }

  /**
   * Tells whether one statement can write these units whatever the table holds: it has events to be
   * counted by, and no key changes twice (the statement's parts do not see each other).
   */
  static boolean fitsOneStatement(List<PreparedUnit> units) {
    int events = 0;
    Set<PreparedUnit.KeyId> seen = new HashSet<>();
    for (PreparedUnit unit : units) {
      events += unit.rows.size();
      for (KeyRow key : unit.keys) {
        if (!seen.add(key.id())) {
          return false;
        }
      }
    }
    return events > 0;
  }
}
