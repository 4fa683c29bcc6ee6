package dev.varve.replay;

/** Builds read models again, by name. */
public interface Rebuilds {
  /**
   * Empties a projection's tables and lets it begin at the first event, in place: until it has
   * caught up its read model shows an earlier state. Asked again, it begins again.
   *
   * @return false when there is no projection of that name
   * @throws OwnedElsewhere when another node runs the projection; nothing was done
   */
  boolean rebuild(String projection);

  /** Another node runs the projection, so this one must not touch it. */
  final class OwnedElsewhere extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says which. */
    public OwnedElsewhere(String projection, Throwable cause) {
      super("Another node runs the projection " + projection, cause);
    }
  }
}
