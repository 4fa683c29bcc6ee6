package dev.varve.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Where another PostgreSQL server is and who we are there.
 *
 * @param servers one or more {@code host:port}; with several the first that fits is used
 * @param database name of the database
 * @param user role to log in as
 * @param password its password; empty when none is needed
 * @param parameters the driver's connection parameters by name, {@code sslmode} for one
 */
public record DatabaseAddress(
    List<String> servers,
    String database,
    String user,
    String password,
    Map<String, String> parameters) {

  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  /** Checks what can be checked without the network. */
  public DatabaseAddress {
    servers = List.copyOf(servers);
    parameters = Map.copyOf(parameters);
    String mode = parameters.getOrDefault("sslmode", "prefer");
    if (!SSL_MODES.contains(mode)) {
      throw new StartupException(
          "storage.setting-invalid",
          "The SSL mode is '" + mode + "'.",
          "Set sslmode in DATABASE_URL, or VARVE_DATABASE_SSLMODE, to disable, allow, prefer,"
              + " require, verify-ca or verify-full.");
    }
  }

  static boolean isGiven(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    return variables.text("DATABASE_URL").isPresent()
        || variables.text("VARVE_DATABASE_HOST").isPresent();
  }

  /**
   * Reads {@code DATABASE_URL} and the variables {@code VARVE_DATABASE_HOST}, {@code _PORT}, {@code
   * _NAME}, {@code _USER}, {@code _PASSWORD}, {@code _SSLMODE}, {@code _SSLROOTCERT}, {@code
   * _SSLCERT}, {@code _SSLKEY}, {@code _SSLPASSWORD} and {@code _CONNECT_TIMEOUT} (seconds), each
   * of which replaces its part of the URL.
   *
   * @param environment variables by name
   * @return the address
   * @throws StartupException naming the variable and what was expected
   */
  public static DatabaseAddress from(Map<String, String> environment) {
    if (!isGiven(environment)) {
      throw new StartupException(
          "storage.database-url-missing",
          "VARVE_STORAGE is postgres, but neither DATABASE_URL nor VARVE_DATABASE_HOST is set.",
          "Set DATABASE_URL, such as postgresql://varve:secret@db.example.com:5432/varve.");
    }
    Variables variables = new Variables(environment);
    DatabaseUrl url =
        variables.text("DATABASE_URL").map(DatabaseUrl::parse).orElse(DatabaseUrl.NONE);
    Map<String, String> parameters = new TreeMap<>(url.parameters());
    for (String name : List.of("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword")) {
      variables
          .text("VARVE_DATABASE_" + name.toUpperCase(Locale.ROOT))
          .ifPresent(value -> DatabaseUrl.putLibpq(parameters, name, value));
    }
    variables
        .number("VARVE_DATABASE_CONNECT_TIMEOUT", 1, 3600)
        .ifPresent(
            seconds -> DatabaseUrl.putLibpq(parameters, "connect_timeout", seconds.toString()));
    parameters.putIfAbsent("ApplicationName", "varve");
    // The driver's own default waits for ever for a server that accepts and then says nothing.
    parameters.putIfAbsent("loginTimeout", "20");
    parameters.putIfAbsent("tcpKeepAlive", "true");
    String user =
        variables
            .text("VARVE_DATABASE_USER")
            .or(url::user)
            .orElseGet(() -> System.getProperty("user.name", "varve"));
    return new DatabaseAddress(
        servers(variables, url),
        variables.text("VARVE_DATABASE_NAME").or(url::database).orElse(user),
        user,
        // Not stripped: blanks may belong to a password.
        Optional.ofNullable(environment.get("VARVE_DATABASE_PASSWORD"))
            .filter(password -> !password.isEmpty())
            .or(url::password)
            .orElse(""),
        parameters);
  }

  private static List<String> servers(Variables variables, DatabaseUrl url) {
    Optional<Integer> port = variables.number("VARVE_DATABASE_PORT", 1, 65_535);
    Optional<String> host = variables.text("VARVE_DATABASE_HOST");
    List<DatabaseUrl.Server> servers =
        host.isPresent() ? DatabaseUrl.servers(host.get()) : url.servers();
    List<String> written = new ArrayList<>();
    for (DatabaseUrl.Server server : servers) {
      String name = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
      written.add(name + ":" + port.or(server::port).orElse(5432));
    }
    return written;
  }

  /**
   * The driver's URL, without credentials.
   *
   * @return a URL that starts with {@code jdbc:postgresql://}
   */
  public String jdbcUrl() {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    new TreeMap<>(parameters)
        .forEach((name, value) -> query.add(name + "=" + URLEncoder.encode(value, UTF_8)));
    String name = URLEncoder.encode(database, UTF_8).replace("+", "%20");
    return "jdbc:postgresql://" + String.join(",", servers) + "/" + name + query;
  }

  /** Says where, never with which password. */
  @Override
  public String toString() {
    return user + "@" + String.join(",", servers) + "/" + database;
  }
}
