package dev.varve.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/**
 * The server that somebody else runs, for tests of mode {@code postgres}: Debian's own programs
 * where they are installed (the build machine installs them), else the embedded ones.
 */
final class ForeignServer {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  private ForeignServer() {}

  /** Starts it in {@code home}, which is empty; {@code options} adds parameters. */
  static EmbeddedPostgres start(
      Path home, java.util.function.UnaryOperator<EmbeddedPostgres.Options> options)
      throws IOException {
    Optional<Path> debian = debian();
    EmbeddedPostgres.Options plain =
        debian.isPresent()
            ? EmbeddedPostgres.Options.in(home)
                .withBinaries(PostgresBinaries.installed(debian.get()))
            : EmbeddedPostgres.Options.in(Prepared.in(home));
    EmbeddedPostgres server = EmbeddedPostgres.start(options.apply(plain));
    if (debian.isPresent() && !server.version().startsWith(major(debian.get()) + ".")) {
      throw new IllegalStateException("Expected Debian's server, but runs " + server.version());
    }
    return server;
  }

  /** Returns the directory of the newest installed version. */
  private static Optional<Path> debian() {
    if (!Files.isDirectory(DEBIAN)) {
      return Optional.empty();
    }
    try (var versions = Files.list(DEBIAN)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.comparingInt(ForeignServer::major));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int major(Path bin) {
    return Integer.parseInt(String.valueOf(bin.getName(bin.getNameCount() - 2)));
  }
}
