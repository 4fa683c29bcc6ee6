package dev.varve.eventstore.postgres;

import dev.varve.eventstore.postgres.AppendSession.StoredReceipt;
import dev.varve.eventstore.postgres.PreparedUnit.ReceiptId;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Settles a group whose outcome is open by writing it once more: the same bytes at the same
 * positions with the same hashes, on a new connection.
 *
 * <p>The insert waits for the transaction in doubt, on the primary key or on the append lock, for
 * as long as that one hangs. Then it either takes the positions, so that a first try that has not
 * even begun can never commit, or it collides, and what stands at the positions tells by its event
 * ids whether the first try did. Looking alone would not do: a hanging commit appears later.
 */
final class Reinsertion {
  private Reinsertion() {}

  /**
   * Writes the batch again. Returns true when it is in the log now, by this try or by the first;
   * false when the positions, or something else the batch claims, belong to others.
   *
   * @throws SQLException when the outcome is still open: a connection lost again, a lock not had in
   *     time
   */
  static boolean settle(AppendSession session, Batch batch) throws SQLException {
    try {
      return write(session, batch) == batch.rows.size();
    } catch (SQLException e) {
      if (Failure.of(e) != Failure.COLLISION) {
        throw e;
      }
    }
    session.rollback();
    boolean ours = batch.rows.isEmpty() ? holdsReceipts(session, batch) : holdsRows(session, batch);
    if (ours) {
      session.confirm();
    }
    return ours;
  }

  /** As the first try did: in one statement, or under the exclusive lock what does not fit one. */
  private static int write(AppendSession session, Batch batch) throws SQLException {
    if (Batch.fitsOneStatement(batch.units)) {
      return session.insert(batch);
    }
    session.beginExclusive();
    session.release(batch.released);
    int written = session.insert(batch);
    session.commit();
    return written;
  }

  private static boolean holdsRows(AppendSession session, Batch batch) throws SQLException {
    List<AppendSession.Place> places = session.places(batch.base.position(), batch.rows.size());
    if (places.size() != batch.rows.size()) {
      return false;
    }
    for (int i = 0; i < places.size(); i++) {
      if (!places.get(i).holds(batch.rows.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsReceipts(AppendSession session, Batch batch) throws SQLException {
    List<ReceiptId> ids = batch.receipts.stream().map(placed -> placed.row().id()).toList();
    Map<ReceiptId, StoredReceipt> stored = session.receipts(ids);
    return batch.receipts.stream()
        .allMatch(placed -> {
          StoredReceipt there = stored.get(placed.row().id());
          return there != null && there.commandId().equals(placed.row().commandId());
        });
  }
}
