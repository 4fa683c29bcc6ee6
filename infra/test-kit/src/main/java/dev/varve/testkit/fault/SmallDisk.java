package dev.varve.testkit.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** A small file system in memory that can be filled to the brim; needs root on Linux. */
public final class SmallDisk implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Mounts a disk of so many MiB; null when this process may not. */
  public static @Nullable SmallDisk mount(int mebibytes) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("varve-disk");
    Process mount =
        new ProcessBuilder(
                "mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", "" + directory)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (mount.waitFor() != 0) {
      Files.delete(directory);
      return null;
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new SmallDisk(directory);
  }

  /** Returns where it is mounted. */
  public Path directory() {
    return directory;
  }

  /** Fills it until nothing more fits. */
  public void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      byte[] chunk = new byte[CHUNK_BYTES];
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      if (Files.size(ballast()) == 0) {
        throw e;
      }
    }
  }

  /** Gives the room back. */
  public void free() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }

  @Override
  public void close() throws IOException {
    try {
      int _ = new ProcessBuilder("umount", "-l", directory.toString()).start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(directory);
  }
}
