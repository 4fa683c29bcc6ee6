package dev.varve.api.definition;

/**
 * How many incoming edges must be taken before a node runs.
 *
 * @param required 0 for all decided and at least one taken ({@code join: all}); 1 for the first
 *     taken edge ({@code join: any}); more for that many
 */
public record Join(int required) {
  /** Runs when every incoming edge is decided and at least one was taken. */
  public static final Join ALL = new Join(0);

  /** Runs at the first taken edge. */
  public static final Join ANY = new Join(1);
}
