package dev.varve.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which server processes work in a data directory, whoever started them. */
final class ServerProcesses {

  private static final Path PROC = Path.of("/proc");

  private ServerProcesses() {}

  /**
   * Finds live server processes by their working directory, which for PostgreSQL is always its data
   * directory. A killed process that nobody has reaped has no working directory any more and does
   * not count.
   *
   * @param data a data directory
   * @return process ids; empty where the system has no {@code /proc}
   */
  static List<Long> workingIn(Path data) {
    List<Long> found = new ArrayList<>();
    if (!Files.isDirectory(PROC.resolve("self")) || !Files.isDirectory(data)) {
      return found;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      Path real = data.toRealPath();
      for (Path process : processes) {
        if (worksIn(process, real)) {
          found.add(Long.valueOf(process.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /**
   * Tells whether a process id stands for a live server on a data directory. A pid file alone says
   * nothing: ids are reused, quickly so in containers.
   *
   * @param pid process id from a pid file
   * @param data the data directory
   * @return true when it is one
   */
  static boolean isServer(long pid, Path data) {
    if (Files.isDirectory(PROC.resolve("self"))) {
      return workingIn(data).contains(pid);
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().command())
        .filter(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
        .isPresent();
  }

  private static boolean worksIn(Path process, Path data) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).equals(data)
          && Files.readString(process.resolve("comm")).startsWith("postgres");
    } catch (IOException e) {
      // It ended meanwhile, or belongs to somebody else: no server that we could have left behind.
      return false;
    }
  }
}
