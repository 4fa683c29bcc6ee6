package dev.varve.api.log;

/**
 * A unique key that a command acquires or releases in the same commit as its events.
 *
 * @param kind acquire or release
 * @param scope what sort of key, e.g. {@code definition} or {@code business-key}
 * @param key the key itself, 1 to 500 characters
 */
public record KeyChange(Kind kind, String scope, String key) {
  /** What happens to the key. */
  public enum Kind {
    /** The stream of the command owns the key from now on; fails when another stream owns it. */
    ACQUIRE,
    /** The key becomes free; nothing happens when it is free already. */
    RELEASE
  }

  /** Returns the change that takes {@code key}. */
  public static KeyChange acquire(String scope, String key) {
    return new KeyChange(Kind.ACQUIRE, scope, key);
  }

  /** Returns the change that frees {@code key}. */
  public static KeyChange release(String scope, String key) {
    return new KeyChange(Kind.RELEASE, scope, key);
  }
}
