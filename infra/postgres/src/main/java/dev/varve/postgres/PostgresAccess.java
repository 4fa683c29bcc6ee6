package dev.varve.postgres;

/**
 * An open storage: how to connect to it, and what to close at the end.
 *
 * <p>The URL carries no credentials; hand user and password to the pool separately.
 */
public final class PostgresAccess implements AutoCloseable {

  private final StorageMode mode;
  private final String jdbcUrl;
  private final String user;
  private final String password;
  private final Runnable closer;

  PostgresAccess(StorageMode mode, String jdbcUrl, String user, String password, Runnable closer) {
    this.mode = mode;
    this.jdbcUrl = jdbcUrl;
    this.user = user;
    this.password = password;
    this.closer = closer;
  }

  /**
   * Access to a server that somebody else starts and stops; for tests and tools.
   *
   * @param jdbcUrl the driver's URL without credentials
   * @param user role
   * @param password its password
   * @return an access whose closing does nothing
   */
  public static PostgresAccess to(String jdbcUrl, String user, String password) {
    return new PostgresAccess(StorageMode.POSTGRES, jdbcUrl, user, password, () -> {});
  }

  /**
   * Where the data lives.
   *
   * @return the mode
   */
  public StorageMode mode() {
    return mode;
  }

  /**
   * The driver's URL, parameters included.
   *
   * @return a URL without credentials
   */
  public String jdbcUrl() {
    return jdbcUrl;
  }

  /**
   * The driver's URL for connections that have a name of their own, by which an operator tells them
   * apart in {@code pg_stat_activity}: the driver prefers what the URL says.
   *
   * @return the URL without the application name {@code varve}; a name that the operator chose
   *     stays
   */
  public String jdbcUrlWithoutName() {
    return jdbcUrl
        .replaceFirst("\\?ApplicationName=varve(&|$)", "?")
        .replaceFirst("&ApplicationName=varve(?=&|$)", "")
        .replaceFirst("\\?$", "");
  }

  /**
   * The role.
   *
   * @return its name
   */
  public String user() {
    return user;
  }

  /**
   * The role's password.
   *
   * @return the password, empty when none is needed; never log it
   */
  public String password() {
    return password;
  }

  /** Stops a server of our own; leaves any other alone. Close the pool first. */
  @Override
  public void close() {
    closer.run();
  }

  @Override
  public String toString() {
    return mode + " " + user + " " + jdbcUrl;
  }
}
