package dev.varve.eventstore.axon;

/** Hears of every batch of every projection, for figures; must return at once. */
@FunctionalInterface
public interface BatchObserver {
  /**
   * A batch was committed.
   *
   * @param projection name of the projection
   * @param events how many events it had
   * @param nanos from the first event to the commit, both included
   */
  void committed(String projection, int events, long nanos);
}
