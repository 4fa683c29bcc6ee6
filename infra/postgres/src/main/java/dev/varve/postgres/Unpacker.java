package dev.varve.postgres;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks an archive of server programs once per content into a cache that several JVMs may share.
 */
final class Unpacker {

  private final Path cache;

  Unpacker(Path cache) {
    this.cache = cache.toAbsolutePath();
  }

  /** Opens the archive; called once per unpacking. */
  @FunctionalInterface
  interface Archive {
    InputStream open() throws IOException;
  }

  /**
   * Unpacks an archive unless its content is there already. Safe against a crash and against
   * another process that does the same: a directory appears whole or not at all.
   *
   * @param archive a {@code .tar.xz} with a directory {@code bin}
   * @return the directory {@code bin}
   * @throws StartupException {@code storage.cache-unusable} when the cache cannot be written
   */
  Path unpack(Archive archive) {
    try (InputStream stream = archive.open()) {
      byte[] content = stream.readAllBytes();
      Path home = cache.resolve("pg-" + digest(content));
      if (!Files.isExecutable(home.resolve("bin").resolve("postgres"))
          && !Files.isExecutable(home.resolve("bin").resolve("postgres.exe"))) {
        unpackInto(home, content);
      }
      return home.resolve("bin");
    } catch (IOException e) {
      throw new StartupException(
          "storage.cache-unusable",
          "The PostgreSQL binaries cannot be unpacked into " + cache + ": " + e + ".",
          "Free 100 MB there, or set VARVE_CACHE_DIR to a writable directory.",
          e);
    }
  }

  private void unpackInto(Path home, byte[] content) throws IOException {
    Files.createDirectories(cache);
    Path fresh = Files.createTempDirectory(cache, "unpacking-");
    if (FileTrees.isPosix(fresh)) {
      Files.setPosixFilePermissions(fresh, executable());
    }
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new BufferedInputStream(
                new XZCompressorInputStream(new ByteArrayInputStream(content)), 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        write(fresh, entry, tar);
      }
    }
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Another process was faster (then its directory is whole), or something else is wrong.
      FileTrees.delete(fresh);
      if (!Files.isDirectory(home.resolve("bin"))) {
        throw e;
      }
    }
  }

  private static void write(Path root, TarArchiveEntry entry, TarArchiveInputStream tar)
      throws IOException {
    Path target = inside(root, root.resolve(entry.getName()), entry);
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
    } else if (entry.isSymbolicLink()) {
      Path link = Path.of(entry.getLinkName());
      inside(root, target.resolveSibling(link), entry);
      Files.createSymbolicLink(target, link);
    } else if (entry.isLink()) {
      Files.createLink(target, inside(root, root.resolve(entry.getLinkName()), entry));
    } else {
      Files.copy(tar, target);
      if ((entry.getMode() & 0100) != 0 && FileTrees.isPosix(target)) {
        Files.setPosixFilePermissions(target, executable());
      }
    }
  }

  private static Set<PosixFilePermission> executable() {
    return EnumSet.copyOf(PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path inside(Path root, Path path, TarArchiveEntry entry) throws IOException {
    Path normal = path.normalize();
    if (!normal.startsWith(root)) {
      throw new IOException("archive entry " + entry.getName() + " points outside");
    }
    return normal;
  }

  private static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
