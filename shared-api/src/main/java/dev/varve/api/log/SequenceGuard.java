package dev.varve.api.log;

import java.util.List;

/**
 * Stands between a batch of events and the rows that a projection makes of them, so that one stream
 * whose events cannot be handled does not stop all others.
 */
public interface SequenceGuard {
  /** Lets everything through: a failure is the batch's. */
  SequenceGuard NONE =
      new SequenceGuard() {
        @Override
        public void write(String projection, List<RecordedEvent> events, Rows rows) {
          rows.write(events);
        }

        @Override
        public void forget(String projection) {}
      };

  /**
   * Writes a batch in the transaction of the caller, without the events of streams that are set
   * aside.
   *
   * @param projection its name
   * @param events of one partition, in log order, at least one
   * @param rows writes the rows
   */
  void write(String projection, List<RecordedEvent> events, Rows rows);

  /** Forgets what was set aside for a projection that begins again, in the caller's transaction. */
  void forget(String projection);

  /** Writes rows. */
  @FunctionalInterface
  interface Rows {
    /** Writes what {@code events}, at least one, change. */
    void write(List<RecordedEvent> events);
  }

  /** A projection that can be guarded. */
  interface Guarded {
    /** Sends every batch through {@code guard} from now on. */
    void guardWith(SequenceGuard guard);

    /**
     * Writes what events of one stream change that were set aside before, in the transaction of the
     * caller. They lie before what the projection has handled since.
     */
    void writeAside(List<RecordedEvent> events);
  }
}
