package dev.varve.testkit.fault;

/** Says that a run did not do enough to prove anything, such as a restart that failed. */
public final class Inconclusive extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** Names what was missing. */
  public Inconclusive(String missing) {
    super("INCONCLUSIVE: " + missing);
  }

  /** Throws unless {@code enough}. */
  public static void unless(boolean enough, String missing) {
    if (!enough) {
      throw new Inconclusive(missing);
    }
  }
}
