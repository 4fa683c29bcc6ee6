package dev.varve.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells scripts and people which process serves from a data directory. */
final class PidFile {
  private PidFile() {}

  /** Writes {@code server.pid} into {@code dataDir}; it is removed at a graceful end. */
  static void write(Path dataDir) throws IOException {
    Files.createDirectories(dataDir);
    Path file = dataDir.resolve("server.pid");
    Files.writeString(file, ProcessHandle.current().pid() + "\n");
    file.toFile().deleteOnExit();
  }
}
