package dev.varve.command.axon;

/**
 * How much the shells keep.
 *
 * @param executionsCached most executions whose state is kept in memory
 * @param definitionsCached most definitions whose state is kept in memory
 */
public record CommandSideSettings(int executionsCached, int definitionsCached) {
  /** 20,000 and 1,000. */
  public static final CommandSideSettings DEFAULT = new CommandSideSettings(20_000, 1_000);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is negative
   */
  public CommandSideSettings {
    if (executionsCached < 0 || definitionsCached < 0) {
      throw new IllegalArgumentException("Expected cache sizes of at least 0");
    }
  }
}
