package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.postgres.EmbeddedPostgres.Options;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherVersionIT {

  private static final Path JAR = Path.of("target", "other-postgres", "other-postgres.jar");

  @Test
  void binaries_of_another_major_run_side_by_side_and_own_their_data(@TempDir Path directory)
      throws Exception {
    Options other = Options.in(directory).withBinaries(PostgresBinaries.fromJar(JAR));
    try (EmbeddedPostgres server = EmbeddedPostgres.start(other)) {
      assertThat(server.version()).startsWith("17.");
      assertThat(Sql.on(server).ask("show server_version")).startsWith("17.");
      assertThat(
              StartupGuards.check(
                      PostgresAccess.to(server.jdbcUrl(), server.user(), server.password()), false)
                  .warnings())
          .isEmpty();
    }

    refused(
        "storage.other-major",
        "VARVE_DATA_DIR",
        () -> EmbeddedPostgres.start(Options.in(directory)).close());
  }

  @Test
  void installed_binaries_are_used_where_they_are(@TempDir Path directory) throws Exception {
    Path bin = PostgresBinaries.bundled().binDirectory(Options.defaultCache());
    Options installed =
        Options.in(Prepared.in(directory)).withBinaries(PostgresBinaries.installed(bin));
    try (EmbeddedPostgres server = EmbeddedPostgres.start(installed)) {
      Path program =
          ProcessHandle.of(server.pid())
              .flatMap(p -> p.info().command())
              .map(Path::of)
              .orElseThrow();
      assertThat(Objects.requireNonNull(program.getParent())).isEqualTo(bin.toRealPath());
    }
  }
}
