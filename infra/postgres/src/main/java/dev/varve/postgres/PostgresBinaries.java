package dev.varve.postgres;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** Where the server's programs ({@code initdb}, {@code pg_ctl}, {@code postgres}) come from. */
public sealed interface PostgresBinaries {

  /** The archive of this platform that ships with Varve, on the class path. */
  record Bundled() implements PostgresBinaries {}

  /**
   * The archive of this platform inside a given jar, for a second version beside the bundled one.
   *
   * @param jar a jar with the same layout as the bundled one
   */
  record InJar(Path jar) implements PostgresBinaries {}

  /**
   * An installation of the operating system.
   *
   * @param binDirectory the directory that holds the programs, such as that printed by {@code
   *     pg_config --bindir}
   */
  record Installed(Path binDirectory) implements PostgresBinaries {}

  /**
   * The binaries that ship with Varve.
   *
   * @return the default
   */
  static PostgresBinaries bundled() {
    return new Bundled();
  }

  /**
   * Binaries in a jar that is not on the class path.
   *
   * @param jar the jar
   * @return binaries that are unpacked into the cache on first use
   */
  static PostgresBinaries fromJar(Path jar) {
    return new InJar(jar);
  }

  /**
   * Binaries installed on this machine.
   *
   * @param binDirectory directory with {@code initdb}, {@code pg_ctl} and {@code postgres}
   * @return binaries that are used where they are
   */
  static PostgresBinaries installed(Path binDirectory) {
    return new Installed(binDirectory);
  }

  /**
   * Makes the programs ready to run.
   *
   * @param cache directory for unpacked archives; made when absent
   * @return the directory that holds the programs
   * @throws StartupException {@code storage.binaries-missing} when there are none for this platform
   */
  default Path binDirectory(Path cache) {
    return switch (this) {
      case Bundled() -> new Unpacker(cache).unpack(PostgresBinaries::openBundled);
      case InJar(Path jar) -> new Unpacker(cache).unpack(() -> openJar(jar));
      case Installed(Path directory) -> checked(directory);
    };
  }

  private static Path checked(Path directory) {
    for (String program : new String[] {"initdb", "pg_ctl", "postgres"}) {
      if (!Files.isExecutable(directory.resolve(program))) {
        throw missing("There is no program '" + program + "' in " + directory + ".");
      }
    }
    return directory.toAbsolutePath();
  }

  private static InputStream openBundled() {
    InputStream stream = PostgresBinaries.class.getResourceAsStream("/" + archiveName());
    if (stream == null) {
      throw missing("The PostgreSQL binaries (" + archiveName() + ") are not on the class path.");
    }
    return stream;
  }

  private static InputStream openJar(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      ZipEntry entry = jar.getEntry(archiveName());
      if (entry == null) {
        throw missing("There is no " + archiveName() + " in " + path + ".");
      }
      try (InputStream stream = jar.getInputStream(entry)) {
        return new ByteArrayInputStream(stream.readAllBytes());
      }
    }
  }

  private static StartupException missing(String problem) {
    return new StartupException(
        "storage.binaries-missing",
        problem,
        "Use a build of Varve for this platform, or set VARVE_STORAGE=postgres and DATABASE_URL.");
  }

  private static String archiveName() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String platform =
        system.contains("mac") ? "darwin" : system.contains("win") ? "windows" : "linux";
    boolean arm = machine.equals("aarch64") || machine.equals("arm64");
    return "postgres-" + platform + "-" + (arm ? "arm_64" : "x86_64") + ".txz";
  }
}
