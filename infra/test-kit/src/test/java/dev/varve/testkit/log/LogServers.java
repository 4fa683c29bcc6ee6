package dev.varve.testkit.log;

import dev.varve.postgres.EphemeralPostgres;
import dev.varve.postgres.PostgresBinaries;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The databases of this machine; each is started by the first test that wants it and ends with the
 * JVM.
 */
final class LogServers {
  /** What the system's package installs; where {@code CI} is set it must be there. */
  static final Path DEBIAN = Path.of("/usr/lib/postgresql/15/bin");

  private static final Path OTHER_JAR = Path.of("target", "other-postgres", "other-postgres.jar");
  private static final String CONTAINER = "postgres:16-alpine";

  private static final LazyServer BUNDLED =
      new LazyServer(() -> embedded("bundled", PostgresBinaries.bundled()));
  private static final LazyServer OTHER =
      new LazyServer(() -> embedded("other binaries", PostgresBinaries.fromJar(OTHER_JAR)));
  private static final LazyServer INSTALLED =
      new LazyServer(() -> embedded("system package", PostgresBinaries.installed(DEBIAN)));
  private static final LazyServer IN_CONTAINER = new LazyServer(LogServers::container);

  private LogServers() {}

  /** The bundled server, with the most common testbed. */
  static LogTestbed standard() {
    return bed(BUNDLED, 1, true);
  }

  /** Every testbed: all combinations on the bundled server, one on each other one. */
  static List<Named<LogTestbed>> all() {
    var beds = new ArrayList<LogTestbed>();
    for (int partitions : new int[] {1, 4}) {
      beds.add(bed(BUNDLED, partitions, true));
      beds.add(bed(BUNDLED, partitions, false));
    }
    others()
        .forEach(server -> {
          boolean other = server == OTHER;
          beds.add(bed(server, other ? 1 : 4, other));
        });
    return named(beds);
  }

  /** One testbed per server. */
  static List<Named<LogTestbed>> servers() {
    var beds = new ArrayList<LogTestbed>();
    beds.add(standard());
    others().forEach(server -> beds.add(bed(server, 1, true)));
    return named(beds);
  }

  static boolean debianIsInstalled() {
    return Files.isExecutable(DEBIAN.resolve("postgres"));
  }

  /** Asks Docker only where there is a sign of it, since asking takes seconds. */
  static boolean dockerIsThere() {
    if (System.getenv("DOCKER_HOST") == null && !Files.exists(Path.of("/var/run/docker.sock"))) {
      return false;
    }
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static List<LazyServer> others() {
    var servers = new ArrayList<LazyServer>();
    servers.add(OTHER);
    if (debianIsInstalled()) {
      servers.add(INSTALLED);
    }
    if (dockerIsThere()) {
      servers.add(IN_CONTAINER);
    }
    return servers;
  }

  private static List<Named<LogTestbed>> named(List<LogTestbed> beds) {
    return beds.stream().map(bed -> Named.of(bed.toString(), bed)).toList();
  }

  private static LogTestbed bed(LazyServer server, int partitions, boolean feed) {
    return new LogTestbed(server.get(), partitions, feed, LogTestbed.Mutation.NONE);
  }

  private static LogServer embedded(String name, PostgresBinaries binaries) {
    EphemeralPostgres server =
        EphemeralPostgres.start(
            options -> options.withBinaries(binaries).withParameter("max_connections", "200"));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    var address = URI.create(server.jdbcUrl().substring("jdbc:".length()));
    return new LogServer(
        "PostgreSQL " + server.server().version() + " (" + name + ")",
        new LogServer.Address(
            address.getHost(), address.getPort(), server.user(), server.password()));
  }

  @SuppressWarnings("resource") // ends with the JVM
  private static LogServer container() {
    var container = new PostgreSQLContainer(CONTAINER);
    container.start();
    return new LogServer(
        "PostgreSQL in " + CONTAINER,
        new LogServer.Address(
            container.getHost(),
            container.getMappedPort(5432),
            container.getUsername(),
            container.getPassword()));
  }

  private static final class LazyServer {
    private final Supplier<LogServer> start;
    private LogServer started;

    @SuppressWarnings("NullAway.Init")
    LazyServer(Supplier<LogServer> start) {
      this.start = start;
    }

    synchronized LogServer get() {
      if (started == null) {
        started = start.get();
      }
      return started;
    }
  }
}
