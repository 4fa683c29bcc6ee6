package dev.varve.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One data directory on disk and the server programs that fit it: {@code <home>/data}, {@code
 * <home>/password}, {@code <home>/server.log}, {@code <home>/lock}.
 *
 * @param home the directory that holds all of it
 * @param bin the server programs
 * @param privileges how they are started
 */
record Cluster(Path home, Path bin, Privileges privileges) {

  static final String USER = "varve";
  private static final Pattern VERSION = Pattern.compile("PostgreSQL\\) (\\d+)(\\S*)");
  private static final Duration INITDB_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(70);

  Path data() {
    return home.resolve("data");
  }

  Path passwordFile() {
    return home.resolve("password");
  }

  Path log() {
    return home.resolve("server.log");
  }

  Path pidFile() {
    return data().resolve("postmaster.pid");
  }

  /** The command line of one server program. */
  List<String> program(String name, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(bin.resolve(name).toString());
    words.addAll(arguments);
    return privileges.command(words);
  }

  /**
   * Version of the programs.
   *
   * @return such as {@code 18.6}
   */
  String version() {
    Commands.Result result =
        Commands.run(program("postgres", List.of("--version")), Duration.ofSeconds(30));
    Matcher matcher = VERSION.matcher(result.output());
    if (!matcher.find()) {
      throw new StartupException(
          "storage.binaries-broken",
          "The PostgreSQL programs in " + bin + " do not run: " + result.output().strip() + ".",
          privileges.dropsToNobody()
              ? "Set VARVE_CACHE_DIR and VARVE_DATA_DIR to directories that the user 'nobody' can"
                  + " reach, or run Varve as another user than root."
              : "Remove that directory, so that it is unpacked again, or set"
                  + " VARVE_STORAGE=postgres and DATABASE_URL.");
    }
    return matcher.group(1) + matcher.group(2);
  }

  /**
   * Makes the data directory on the first start and checks it on every other.
   *
   * @param version version of the programs
   * @return the password of the role {@code varve}
   * @throws StartupException {@code storage.other-major} for data of another major version
   */
  String prepare(String version) throws IOException {
    Path marker = data().resolve("PG_VERSION");
    if (Files.exists(marker)) {
      checkMajor(Files.readString(marker).strip(), version);
      return existingPassword();
    }
    if (Files.exists(data())) {
      throw new StartupException(
          "storage.directory-foreign",
          data() + " exists but is no PostgreSQL data directory.",
          "Move it away, or set VARVE_DATA_DIR to another directory.");
    }
    return initialise(version);
  }

  private void checkMajor(String found, String version) {
    if (!version.equals(found) && !version.startsWith(found + ".")) {
      throw new StartupException(
          "storage.other-major",
          "The data in "
              + home
              + " was written by PostgreSQL "
              + found
              + ", but this program brings PostgreSQL "
              + version
              + "; a data directory cannot change its major version.",
          "Start the Varve version that wrote it, export there and import here, or set"
              + " VARVE_DATA_DIR to a new directory.");
    }
  }

  private String existingPassword() throws IOException {
    if (!Files.exists(passwordFile())) {
      throw new StartupException(
          "storage.password-missing",
          "The password file " + passwordFile() + " is gone, but its data is there.",
          "Put the file back from the backup of the same directory; it belongs to the data.");
    }
    return Files.readString(passwordFile()).strip();
  }

  private String initialise(String version) throws IOException {
    if (!Files.exists(passwordFile())) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      FileTrees.writePrivate(
          passwordFile(), Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
    }
    Path fresh = home.resolve("data.initialising");
    FileTrees.delete(fresh);
    privileges.handOver(home, passwordFile());
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-D", fresh.toString(), "-U", USER, "--auth=scram-sha-256", "--data-checksums"));
    arguments.addAll(List.of("--pwfile=" + passwordFile(), "--encoding=UTF8", "--locale=C"));
    if (major(version) >= 17) {
      arguments.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
    }
    Commands.Result result = Commands.run(program("initdb", arguments), INITDB_LIMIT);
    if (!result.succeeded()) {
      FileTrees.delete(fresh);
      throw new StartupException(
          "storage.initialise-failed",
          "PostgreSQL could not initialise " + home + ": " + result.output().strip(),
          "Free 200 MB there, check the permissions, or set VARVE_DATA_DIR to another directory.");
    }
    // The data directory appears whole or not at all: a crash in initdb leaves only "initialising".
    Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
    FileTrees.forceDirectory(home);
    return existingPassword();
  }

  /**
   * Clears what a killed predecessor left: a server that still runs is stopped, orphaned backends
   * are waited for, a pid file that names nobody is removed. Only with our lock held.
   *
   * @throws StartupException {@code storage.orphan-server} when a server cannot be stopped
   */
  void clearLeftovers() throws IOException {
    if (Files.exists(pidFile())) {
      long pid = pidInFile();
      if (pid > 0 && ServerProcesses.isServer(pid, data())) {
        List<String> stop =
            List.of("stop", "-D", data().toString(), "-m", "fast", "-w", "-t", "60");
        Commands.run(program("pg_ctl", stop), STOP_LIMIT);
      }
    }
    awaitNobodyWorksHere();
    Files.deleteIfExists(pidFile());
  }

  private void awaitNobodyWorksHere() {
    long start = System.nanoTime();
    boolean asked = false;
    List<Long> alive = ServerProcesses.workingIn(data());
    while (!alive.isEmpty()) {
      long waited = System.nanoTime() - start;
      if (!asked && waited > Duration.ofSeconds(5).toNanos()) {
        // Backends whose postmaster was killed end by themselves, but only after their statement.
        alive.forEach(pid -> signal("QUIT", pid));
        asked = true;
      }
      if (waited > Duration.ofSeconds(15).toNanos()) {
        throw new StartupException(
            "storage.orphan-server",
            "Processes " + alive + " of an earlier PostgreSQL still work in " + data() + ".",
            "Stop them, then start Varve again.");
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      alive = ServerProcesses.workingIn(data());
    }
  }

  /** Sends a signal by the server's own tool, so that it works for every way of starting it. */
  void signal(String name, long pid) {
    Commands.run(
        program("pg_ctl", List.of("kill", name, Long.toString(pid))), Duration.ofSeconds(10));
  }

  private long pidInFile() throws IOException {
    List<String> lines = Files.readAllLines(pidFile());
    try {
      return lines.isEmpty() ? -1 : Long.parseLong(lines.getFirst().strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The major number of a version such as {@code 18.6} or {@code 19beta1}. */
  static int major(String version) {
    Matcher matcher = Pattern.compile("^\\d+").matcher(version);
    return matcher.find() ? Integer.parseInt(matcher.group()) : 0;
  }
}
