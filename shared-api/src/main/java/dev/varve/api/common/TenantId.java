package dev.varve.api.common;

/**
 * Who a row belongs to. One tenant cannot see another's.
 *
 * @param value 1 to 64 characters of {@code [a-z0-9-]}
 */
public record TenantId(String value) {
  /** The tenant of an installation that has only one. */
  public static final TenantId DEFAULT = new TenantId("default");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when the form is wrong
   */
  public TenantId {
    if (value.isEmpty() || value.length() > 64) {
      throw new IllegalArgumentException("Expected a tenant id of 1 to 64 characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
