package dev.varve.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A database URL taken apart: libpq's form ({@code postgresql://user:password@host:port/database
 * ?sslmode=require}, source: PostgreSQL manual, "Connection URIs") or the driver's ({@code
 * jdbc:postgresql://host:port/database?user=...}). A part that is absent is empty here.
 *
 * @param servers in the order given; at least one
 * @param database name of the database
 * @param user role
 * @param password its password
 * @param parameters under the driver's names
 */
record DatabaseUrl(
    List<Server> servers,
    Optional<String> database,
    Optional<String> user,
    Optional<String> password,
    Map<String, String> parameters) {

  /**
   * One server of the URL.
   *
   * @param host name or address, IPv6 without brackets
   * @param port TCP port
   */
  record Server(String host, Optional<Integer> port) {}

  static final DatabaseUrl NONE =
      new DatabaseUrl(
          List.of(new Server("localhost", Optional.empty())),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of());

  // libpq's names of what both know, and the driver's.
  private static final Map<String, String> DRIVER_NAMES =
      Map.ofEntries(
          Map.entry("sslmode", "sslmode"),
          Map.entry("sslrootcert", "sslrootcert"),
          Map.entry("sslcert", "sslcert"),
          Map.entry("sslkey", "sslkey"),
          Map.entry("sslpassword", "sslpassword"),
          Map.entry("sslnegotiation", "sslNegotiation"),
          Map.entry("channel_binding", "channelBinding"),
          Map.entry("gssencmode", "gssEncMode"),
          Map.entry("application_name", "ApplicationName"),
          Map.entry("options", "options"));

  static DatabaseUrl parse(String text) {
    boolean libpq = !text.startsWith("jdbc:");
    String url = libpq ? text : text.substring("jdbc:".length());
    String rest;
    if (url.startsWith("postgresql:")) {
      rest = url.substring("postgresql:".length());
    } else if (libpq && url.startsWith("postgres:")) {
      rest = url.substring("postgres:".length());
    } else {
      throw invalid("it starts with neither postgresql:// nor jdbc:postgresql://", null);
    }
    int question = rest.indexOf('?');
    Map<String, String> query = query(question < 0 ? "" : rest.substring(question + 1));
    String location = question < 0 ? rest : rest.substring(0, question);
    String authority = "";
    if (location.startsWith("//")) {
      int slash = location.indexOf('/', 2);
      authority = location.substring(2, slash < 0 ? location.length() : slash);
      location = slash < 0 ? "" : location.substring(slash + 1);
    }
    return assemble(authority, location, query, libpq);
  }

  private static DatabaseUrl assemble(
      String authority, String path, Map<String, String> query, boolean libpq) {
    int at = authority.lastIndexOf('@');
    String login = at < 0 ? "" : authority.substring(0, at);
    int colon = login.indexOf(':');
    String user = decode(colon < 0 ? login : login.substring(0, colon));
    String password = colon < 0 ? "" : decode(login.substring(colon + 1));
    List<Server> servers = servers(authority.substring(at + 1));
    Map<String, String> parameters = new TreeMap<>();
    String database = decode(path);
    for (Map.Entry<String, String> entry : query.entrySet()) {
      String value = entry.getValue();
      switch (entry.getKey()) {
        case "user" -> user = value;
        case "password" -> password = value;
        case "dbname" -> database = value;
        case "host" -> servers = servers(value);
        case "port" -> {
          int port = Variables.number("port in DATABASE_URL", value, 1, 65_535);
          servers = servers.stream().map(one -> new Server(one.host(), Optional.of(port))).toList();
        }
        default -> {
          if (libpq) {
            putLibpq(parameters, entry.getKey(), value);
          } else {
            parameters.put(entry.getKey(), value);
          }
        }
      }
    }
    return new DatabaseUrl(servers, given(database), given(user), given(password), parameters);
  }

  /** Adds a parameter under the driver's name. */
  static void putLibpq(Map<String, String> parameters, String name, String value) {
    switch (name) {
      case "sslrootcert" -> {
        if (value.equals("system")) {
          parameters.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        } else {
          parameters.put(name, value);
        }
      }
      case "target_session_attrs" -> parameters.put("targetServerType", serverType(value));
      case "connect_timeout" -> {
        // libpq bounds the whole login by it; the driver has two bounds for that.
        parameters.put("connectTimeout", value);
        parameters.put("loginTimeout", value);
      }
      case "keepalives" -> parameters.put("tcpKeepAlive", Boolean.toString(!value.equals("0")));
      case "load_balance_hosts" ->
          parameters.put("loadBalanceHosts", Boolean.toString(value.equals("random")));
      default -> {
        String driverName = DRIVER_NAMES.get(name);
        if (driverName == null) {
          throw invalid("it has the parameter '" + name + "', which is not supported", null);
        }
        parameters.put(driverName, value);
      }
    }
  }

  private static String serverType(String attributes) {
    return switch (attributes) {
      case "any" -> "any";
      case "read-write", "primary" -> "primary";
      default ->
          throw invalid(
              "target_session_attrs is '" + attributes + "', but Varve writes (use read-write)",
              null);
    };
  }

  /** Reads {@code host[:port][,host[:port]...]}. */
  static List<Server> servers(String text) {
    List<Server> servers = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      int bracket = one.startsWith("[") ? one.indexOf(']') : -1;
      int colon = one.indexOf(':', Math.max(bracket, 0));
      if (bracket < 0 && colon >= 0 && one.indexOf(':', colon + 1) >= 0) {
        throw invalid("an IPv6 address needs brackets, as in [::1]:5432", null);
      }
      String host = decode(colon < 0 ? one : one.substring(0, colon));
      if (host.startsWith("[")) {
        host = host.substring(1, host.length() - 1);
      }
      if (host.startsWith("/")) {
        throw invalid("Unix sockets are not supported, give host and port", null);
      }
      String port = colon < 0 ? "" : one.substring(colon + 1);
      servers.add(
          new Server(
              host.isEmpty() ? "localhost" : host,
              port.isEmpty()
                  ? Optional.empty()
                  : Optional.of(Variables.number("port in DATABASE_URL", port, 1, 65_535))));
    }
    return List.copyOf(servers);
  }

  private static Map<String, String> query(String text) {
    Map<String, String> values = new TreeMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        values.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      } else if (!pair.isEmpty()) {
        throw invalid("its parameter '" + pair + "' has no value", null);
      }
    }
    return values;
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String decode(String text) {
    try {
      // A plus sign is itself in a URI; only forms write a blank that way.
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("a percent sign is not followed by two hexadecimal digits (write %25)", e);
    }
  }

  private static StartupException invalid(String reason, @Nullable Throwable cause) {
    // The URL itself is not repeated: it may hold a password.
    String problem = "DATABASE_URL cannot be read: " + reason + ".";
    String remedy =
        "Write it as postgresql://user:password@host:5432/database?sslmode=require, with special"
            + " characters percent-encoded.";
    return cause == null
        ? new StartupException("storage.url-invalid", problem, remedy)
        : new StartupException("storage.url-invalid", problem, remedy, cause);
  }
}
