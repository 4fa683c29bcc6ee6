package dev.varve.server;

import dev.varve.server.Setting.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every setting there is: what {@code infra/docs/settings.md} shows, what the command line accepts,
 * and what every value is checked against before anything is started.
 */
final class SettingCatalog {
  private static final String SERVER = "Server";
  private static final String STORAGE = "Storage";
  private static final String DATABASE = "Database";
  private static final String WORK = "Work";

  /** Limits on connections of one pool, count. */
  static final int POOL_MIN = 2;

  static final int POOL_MAX = 200;

  private static final List<Setting> ALL =
      Stream.of(server(), doors(), tracing(), storage(), database(), encryption(), pools(), work())
          .flatMap(List::stream)
          .toList();

  private SettingCatalog() {}

  /** Returns all settings, grouped, in the order of the documentation. */
  static List<Setting> all() {
    return ALL;
  }

  /** Returns the setting with that name, which is also its flag. */
  static Optional<Setting> named(String name) {
    return ALL.stream().filter(each -> each.name().equals(name)).findAny();
  }

  /** Returns the name that is most like {@code wrong}, for people who mistyped it. */
  static Optional<String> closest(String wrong) {
    return ALL.stream()
        .map(Setting::name)
        .min(Comparator.comparingInt(name -> distance(name, wrong)))
        .filter(name -> distance(name, wrong) <= Math.max(2, wrong.length() / 3));
  }

  private static Kind text(String unit) {
    return new Kind.Text(unit);
  }

  private static List<Setting> server() {
    return List.of(
        new Setting(
            SERVER,
            "port",
            new Kind.Count("TCP port", 0, 65_535),
            "8080",
            "HTTP port; 0 takes any free one."),
        new Setting(
            SERVER,
            "host",
            text("an interface"),
            "127.0.0.1",
            "Interface to listen on; another than loopback is refused without an API key."),
        new Setting(
            SERVER,
            "api-key",
            text("a long random text"),
            "",
            "Every call must carry it as `Authorization: Bearer <key>`. Prefer the variable: flags"
                + " are visible to other users of the machine."),
        new Setting(
            SERVER,
            "node",
            text("a name"),
            "",
            "Name of this node for people; the host name when absent."),
        new Setting(
            SERVER,
            "log-format",
            new Kind.Choice(List.of("text", "json")),
            "text",
            "How the console's log is written; `json` is one object per line with every id as a"
                + " field."),
        new Setting(
            SERVER,
            "dev",
            new Kind.Switch(),
            "false",
            "Start the demo shop and publish the samples; `varve dev` sets it."),
        new Setting(
            SERVER,
            "egress-allow",
            text("hosts or CIDRs with ports, comma separated"),
            "",
            "What HTTP nodes may reach besides public addresses."));
  }

  private static List<Setting> doors() {
    return List.of(
        new Setting(
            SERVER,
            "rate-limit",
            new Kind.Count("requests per second and API key", 1, 1_000_000),
            "10000",
            "Beyond it a call answers 429 with `Retry-After`; one second's worth may come at once."
                + " Probes and metrics are not counted."),
        new Setting(
            SERVER,
            "commands-waiting",
            new Kind.Count("commands", 1, 20_000),
            "1000",
            "Most commands of clients that are decided or wait at once; beyond it a call answers 429"
                + " `server.overloaded` with `Retry-After`. Work that was accepted goes on."),
        new Setting(
            SERVER,
            "stream-heartbeat",
            new Kind.Span(Duration.ofMillis(100), Duration.ofMinutes(5)),
            "15s",
            "A stream of events (SSE) that has nothing to tell sends a comment this often."),
        new Setting(
            SERVER,
            "client-timeout",
            new Kind.Span(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            "20s",
            "A client that takes nothing of its answer, or sends nothing of its request, for so"
                + " long loses its connection; a stream goes on with `Last-Event-ID`."));
  }

  private static List<Setting> tracing() {
    return List.of(
        new Setting(
            SERVER,
            "trace-endpoint",
            text("an address"),
            "",
            "OTLP/HTTP collector that gets a span of every command, attempt and call, such as"
                + " `http://127.0.0.1:4318`. When absent no span is made."),
        new Setting(
            SERVER,
            "trace-percent",
            new Kind.Count("percent", 0, 100),
            "100",
            "Share of the traces that begin here which is exported. A caller's own `traceparent`"
                + " says itself whether its trace is."));
  }

  private static List<Setting> storage() {
    return List.of(
        new Setting(
            STORAGE,
            "storage",
            new Kind.Choice(List.of("embedded", "ephemeral", "postgres")),
            "",
            "`embedded`: PostgreSQL in the data directory. `ephemeral`: the same, lost at the end."
                + " `postgres`: a server of yours. When absent: `postgres` if a database is given,"
                + " else `embedded`."),
        new Setting(
            STORAGE,
            "data-dir",
            text("a directory"),
            ".varve",
            "The embedded database and the files beside it."),
        new Setting(
            STORAGE,
            "embedded-port",
            new Kind.Count("TCP port", 0, 65_535),
            "0",
            "Port of the embedded PostgreSQL; 0 takes any free one."),
        new Setting(
            STORAGE,
            "cache-dir",
            text("a directory"),
            "",
            "Where PostgreSQL's programs are unpacked; the user's cache directory when absent."),
        new Setting(
            STORAGE,
            "unsafe",
            new Kind.Switch(),
            "false",
            "Start although the server's settings can lose commits; shown on `/health`."),
        new Setting(
            STORAGE,
            "partitions",
            new Kind.Count("count", 1, 4_096),
            "1",
            "Logs the store has at least. Raise it on one node, then restart the others; there are"
                + " never fewer again."));
  }

  private static List<Setting> database() {
    return List.of(
        new Setting(
            DATABASE,
            "database-url",
            text("postgresql://user:password@host:port/database"),
            "",
            "Your PostgreSQL, in libpq's form or the driver's. The settings below replace their"
                + " part of it."),
        new Setting(
            DATABASE,
            "database-host",
            text("host[:port][,host[:port]...]"),
            "",
            "Server, or several of which the first that fits is used."),
        new Setting(
            DATABASE,
            "database-port",
            new Kind.Count("TCP port", 1, 65_535),
            "5432",
            "Port of the server."),
        new Setting(
            DATABASE,
            "database-name",
            text("a name"),
            "",
            "Name of the database; the role's name when absent."),
        new Setting(
            DATABASE,
            "database-user",
            text("a role"),
            "",
            "Role to log in as; it owns its schemas. The system user when absent."),
        new Setting(
            DATABASE,
            "database-password",
            text("a password"),
            "",
            "Password of the role. Prefer the variable: flags are visible to other users."));
  }

  private static List<Setting> encryption() {
    return List.of(
        new Setting(
            DATABASE,
            "database-sslmode",
            new Kind.Choice(
                List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full")),
            "prefer",
            "As in libpq. Use `verify-full` on any network that is not yours."),
        new Setting(
            DATABASE,
            "database-sslrootcert",
            text("a file, or system"),
            "",
            "Certificates that are trusted; `system` takes Java's own."),
        new Setting(DATABASE, "database-sslcert", text("a file"), "", "Certificate of the client."),
        new Setting(DATABASE, "database-sslkey", text("a file"), "", "Key of the client."),
        new Setting(
            DATABASE,
            "database-sslpassword",
            text("a password"),
            "",
            "Password of the key of the client."),
        new Setting(
            DATABASE,
            "database-connect-timeout",
            new Kind.Count("seconds", 1, 3_600),
            "",
            "Longest wait for one connection to be made; 20 s for the login when absent."));
  }

  private static List<Setting> pools() {
    return List.of(
        new Setting(
            DATABASE,
            "database-pool-size",
            new Kind.Count("connections", POOL_MIN, POOL_MAX),
            "8",
            "Most connections in each of the three pools: loading of streams, projections,"
                + " queries. A node opens at most 3 x this + 3 for heartbeats and timers + 3 per"
                + " partition; keep the sum of all nodes below the server's `max_connections`."),
        new Setting(
            DATABASE,
            "database-pool-wait",
            new Kind.Span(Duration.ofMillis(250), Duration.ofMinutes(1)),
            "5s",
            "Longest wait for a free connection of a pool; then the call answers 503."),
        new Setting(
            DATABASE,
            "database-pool-lifetime",
            new Kind.Span(Duration.ofSeconds(30), Duration.ofDays(1)),
            "30m",
            "A pooled connection is replaced when it is this old; shorter than any proxy's own"
                + " limit."),
        new Setting(
            DATABASE,
            "database-idle-transaction",
            new Kind.Span(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            "10s",
            "A transaction that pauses for so long is ended by the database: a node that froze in"
                + " the middle of one must not keep others from its rows."),
        new Setting(
            DATABASE,
            "settle-time",
            new Kind.Span(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            "30s",
            "A commit whose connection was lost is looked after for so long; then the call answers"
                + " 503 `command.outcome-unknown`."));
  }

  private static List<Setting> work() {
    return List.of(
        new Setting(
            WORK,
            "lease",
            new Kind.Span(Duration.ofSeconds(1), Duration.ofMinutes(10)),
            "10s",
            "A node that is silent for longer loses its work to the others."),
        new Setting(
            WORK,
            "workers",
            new Kind.Count("attempts", 1, 100_000),
            "1000",
            "Most attempts that run at once in this process."),
        new Setting(
            WORK,
            "cache-entries",
            new Kind.Count("executions", 1, 10_000_000),
            "20000",
            "Executions whose state is kept in memory."),
        new Setting(
            WORK,
            "snapshot-every",
            new Kind.Count("events", 1, 1_000_000),
            "500",
            "Events of one execution between two snapshots of its state."),
        new Setting(
            WORK,
            "receipts",
            new Kind.Span(Duration.ofHours(1), Duration.ofDays(3_650)),
            "7d",
            "How long a repeated command is recognised by its `Idempotency-Key`."));
  }

  /** Counts the letters to insert, delete or replace (source: Wagner and Fischer, 1974). */
  private static int distance(String a, String b) {
    List<Integer> above = new ArrayList<>();
    for (int i = 0; i <= b.length(); i++) {
      above.add(i);
    }
    for (int i = 1; i <= a.length(); i++) {
      List<Integer> row = new ArrayList<>();
      row.add(i);
      for (int j = 1; j <= b.length(); j++) {
        int same = above.get(j - 1) + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row.add(Math.min(same, 1 + Math.min(above.get(j), row.get(j - 1))));
      }
      above = row;
    }
    return above.getLast();
  }
}
