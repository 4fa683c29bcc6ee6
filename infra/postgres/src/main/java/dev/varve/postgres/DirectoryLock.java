package dev.varve.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a data directory, held from opening to closing and freed by the operating system
 * when the JVM dies, however it dies.
 */
final class DirectoryLock implements AutoCloseable {

  // The operating system's lock belongs to the process, and closing ANY descriptor of the file
  // frees it: a second opener in this JVM must be turned away before it opens the file.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the lock or says who has it.
   *
   * @param directory an existing directory
   * @return the lock, to be closed after the last use of the directory
   * @throws StartupException {@code storage.directory-locked}, naming directory and process id
   */
  static DirectoryLock acquire(Path directory) {
    Path key = real(directory);
    if (!HELD.add(key)) {
      throw locked(key, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      return new DirectoryLock(key, open(key));
    } catch (RuntimeException e) {
      HELD.remove(key);
      throw e;
    }
  }

  /**
   * Tells whether a live process holds the lock of a directory.
   *
   * @param directory any path
   * @return false also when there is no such directory
   */
  static boolean isFree(Path directory) {
    if (!Files.isDirectory(directory)) {
      return true;
    }
    try (DirectoryLock lock = acquire(directory)) {
      return lock.channel.isOpen();
    } catch (StartupException e) {
      return false;
    }
  }

  private static FileChannel open(Path directory) {
    Path file = directory.resolve("lock");
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        String holder = Files.readString(file).strip();
        channel.close();
        throw locked(directory, holder.isEmpty() ? "unknown" : holder);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
      return channel;
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new StartupException(
          "storage.directory-unusable",
          "The data directory " + directory + " cannot be locked: " + e.getMessage() + ".",
          "Make it writable for this user on a local disk, or set VARVE_DATA_DIR to another one.",
          e);
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel, IOException first) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        first.addSuppressed(e);
      }
    }
  }

  private static StartupException locked(Path directory, String pid) {
    String problem =
        "The data directory " + directory + " is already in use by process " + pid + ".";
    String remedy = "Stop that process, or set VARVE_DATA_DIR to another directory.";
    return new StartupException("storage.directory-locked", problem, remedy);
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Frees the directory; a second call does nothing, whoever holds it by then. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      HELD.remove(directory);
    }
  }
}
