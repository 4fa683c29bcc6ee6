package dev.varve.eventstore;

/**
 * Hears what appends cost, for figures. Called by the writers themselves, after those who waited
 * were answered: it must return at once.
 */
public interface AppendObserver {
  /**
   * A group was committed.
   *
   * @param units how many units it had
   * @param nanos time in the database
   */
  void committed(int units, long nanos);

  /**
   * A committed unit was answered.
   *
   * @param nanos time since it was submitted: in the queue and in the database
   */
  void answered(long nanos);
}
