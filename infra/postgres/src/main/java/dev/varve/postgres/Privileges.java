package dev.varve.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * How the server's programs are started here: never as root (PostgreSQL refuses), and so that the
 * server stops when this JVM dies, where the system can do that.
 *
 * @param prefix words before the program; may be empty
 * @param diesWithParent true when the kernel interrupts the server at the end of the thread that
 *     started it
 * @param dropsToNobody true when the files must belong to the user {@code nobody}
 */
record Privileges(List<String> prefix, boolean diesWithParent, boolean dropsToNobody) {

  private static final List<String> WITH_PARENT = List.of("setpriv", "--pdeathsig", "INT");

  Privileges {
    prefix = List.copyOf(prefix);
  }

  /**
   * Tries out what this machine allows.
   *
   * @return the best way to start a server here
   * @throws StartupException {@code storage.root-not-possible} for root without {@code unshare} and
   *     {@code setpriv}
   */
  static Privileges detect() {
    boolean linux = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
    return choose(
        linux,
        linux && isRoot(),
        command -> Commands.run(command, Duration.ofSeconds(10)).succeeded());
  }

  /**
   * Chooses from what works.
   *
   * @param linux whether this is Linux
   * @param root whether this process is root
   * @param works whether a command line, run to its end, succeeds
   * @return the best way
   */
  static Privileges choose(boolean linux, boolean root, Predicate<List<String>> works) {
    if (!linux) {
      return new Privileges(List.of(), false, false);
    }
    if (!root) {
      boolean usable = works.test(with(WITH_PARENT, "true"));
      return new Privileges(usable ? WITH_PARENT : List.of(), usable, false);
    }
    List<String> namespace = with(List.of("unshare", "-U"), WITH_PARENT);
    if (works.test(with(namespace, "true"))) {
      return new Privileges(namespace, true, false);
    }
    for (String group : List.of("nogroup", "nobody")) {
      List<String> nobody =
          with(
              List.of("setpriv", "--reuid=nobody", "--regid=" + group, "--clear-groups"),
              List.of("--bounding-set=-all", "--no-new-privs", "--pdeathsig", "INT"));
      if (works.test(with(nobody, "true"))) {
        return new Privileges(nobody, true, true);
      }
    }
    throw new StartupException(
        "storage.root-not-possible",
        "PostgreSQL refuses to run as root, and neither 'unshare -U' nor 'setpriv' works here.",
        "Run Varve as another user, or set VARVE_STORAGE=postgres and DATABASE_URL.");
  }

  /**
   * A command line of the server's programs.
   *
   * @param words program and arguments
   * @return the words after this prefix
   */
  List<String> command(List<String> words) {
    return with(prefix, words);
  }

  /**
   * Gives files to the user that the server runs as; does nothing where that is this user.
   *
   * @param paths files or directories, not followed into
   */
  void handOver(Path... paths) {
    if (!dropsToNobody) {
      return;
    }
    try {
      for (Path path : paths) {
        var nobody =
            path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setOwner(path, nobody);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where archives are unpacked: as wanted, unless the user that runs them cannot get there.
   *
   * @param wanted the configured cache
   * @return the same, or {@code /var/cache/varve} instead of a cache in root's closed home
   */
  Path reachableCache(Path wanted) {
    Path home = Path.of(System.getProperty("user.home", "/root"));
    return dropsToNobody && wanted.startsWith(home) ? Path.of("/var/cache/varve") : wanted;
  }

  private static boolean isRoot() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("Uid:"))
          .anyMatch(line -> "0".equals(line.strip().split("\\s+", -1)[2]));
    } catch (IOException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  private static List<String> with(List<String> first, String last) {
    return with(first, List.of(last));
  }

  private static List<String> with(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }
}
