package dev.varve.api.definition;

import java.util.List;

/**
 * How the executions of one version of a definition went.
 *
 * @param definition name of the definition
 * @param version which version
 * @param total over all days
 * @param days one per day (UTC) on which something happened, ascending; may be empty
 */
public record DefinitionStatistics(String definition, int version, Counts total, List<Day> days) {
  /** Copies the list. */
  public DefinitionStatistics {
    days = List.copyOf(days);
  }

  /**
   * The counts of one day.
   *
   * @param day ISO date, UTC
   * @param counts what was started and what ended on that day
   */
  public record Day(String day, Counts counts) {}

  /**
   * How many executions started and how many ended, by their last status.
   *
   * @param started how many were started
   * @param completed how many ended with an output
   * @param failed how many ended with an error
   * @param cancelled how many were ended by a command
   * @param timedOut how many were ended by their timeout
   * @param durationMillisSum time from start to end of all that ended, in milliseconds
   * @param durationMillisMax the longest of them, in milliseconds
   */
  public record Counts(
      long started,
      long completed,
      long failed,
      long cancelled,
      long timedOut,
      long durationMillisSum,
      long durationMillisMax) {
    /** Nothing happened. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);

    /** Returns how many ended. */
    public long ended() {
      return completed + failed + cancelled + timedOut;
    }

    /** Returns both together. */
    public Counts plus(Counts other) {
      return new Counts(
          started + other.started,
          completed + other.completed,
          failed + other.failed,
          cancelled + other.cancelled,
          timedOut + other.timedOut,
          durationMillisSum + other.durationMillisSum,
          Math.max(durationMillisMax, other.durationMillisMax));
    }
  }
}
