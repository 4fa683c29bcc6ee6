package dev.varve.workqueue;

import java.time.Duration;

/**
 * How work is kept, found again and fired.
 *
 * @param lease how long a process is believed alive after its last heartbeat ({@code VARVE_LEASE});
 *     heartbeats come three times as often
 * @param recovery how often work of dead processes and overdue attempts is looked for
 * @param forgottenAfter how long an attempt of this process may be available and yet unknown to it
 *     before it is lost and begun anew
 * @param polling how often the table of timers is asked
 * @param commandsInFlight most commands that recovery, and timers, each wait for at once
 * @param timersHeldMax most timers held in memory; what is above is fired from the table
 * @param sole true when the database belongs to this process alone (the embedded one): every other
 *     process is then known to be dead
 */
public record WorkSettings(
    Duration lease,
    Duration recovery,
    Duration forgottenAfter,
    Duration polling,
    int commandsInFlight,
    int timersHeldMax,
    boolean sole) {
  /** 10 s lease, recovery and polling every second, 5 s, 256 commands, 100,000 timers, shared. */
  public static final WorkSettings DEFAULT =
      new WorkSettings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          256,
          100_000,
          false);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public WorkSettings {
    atLeast("lease", lease, 100);
    atLeast("recovery", recovery, 1);
    atLeast("forgottenAfter", forgottenAfter, 1);
    atLeast("polling", polling, 1);
    if (commandsInFlight < 1 || timersHeldMax < 1) {
      throw new IllegalArgumentException(
          "Expected positive limits, but got " + commandsInFlight + " and " + timersHeldMax);
    }
  }

  /** Returns the same settings for a database of this process's own. */
  public WorkSettings alone() {
    return new WorkSettings(
        lease, recovery, forgottenAfter, polling, commandsInFlight, timersHeldMax, true);
  }

  private static void atLeast(String name, Duration value, long millis) {
    if (value.toMillis() < millis) {
      throw new IllegalArgumentException(
          "Expected " + name + " of at least " + millis + " ms, but was " + value);
    }
  }
}
