package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackerTest {

  @TempDir Path cache;

  @Test
  void programs_stay_executable_and_links_stay_links() throws Exception {
    byte[] archive = archive("lib/libpq.so.5");

    Path bin = new Unpacker(cache).unpack(() -> new ByteArrayInputStream(archive));

    assertThat(bin.resolve("postgres")).isExecutable().hasContent("program");
    assertThat(bin.resolve("../lib/libpq.so")).isSymbolicLink().hasContent("library");
    assertThat(Files.isExecutable(bin.resolve("../lib/libpq.so.5"))).isFalse();
  }

  @Test
  void an_archive_is_unpacked_once_even_by_many_at_the_same_time() throws Exception {
    byte[] archive = archive("lib/libpq.so.5");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Path> unpack =
          () -> new Unpacker(cache).unpack(() -> new ByteArrayInputStream(archive));
      var all = threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> unpack).toList());
      for (var one : all) {
        assertThat(one.get().resolve("postgres")).isExecutable();
      }
    }

    try (var left = Files.list(cache)) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void an_archive_that_points_outside_is_refused() throws Exception {
    byte[] archive = archive("../../outside");

    refused(
        "storage.cache-unusable",
        "VARVE_CACHE_DIR",
        () -> new Unpacker(cache).unpack(() -> new ByteArrayInputStream(archive)));

    assertThat(cache.resolve("../outside")).doesNotExist();
  }

  @Test
  void missing_binaries_are_named() {
    refused(
        "storage.binaries-missing",
        "DATABASE_URL",
        () -> PostgresBinaries.installed(cache).binDirectory(cache));
  }

  private static byte[] archive(String library) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new XZCompressorOutputStream(bytes))) {
      put(tar, "bin/postgres", 0755, "program");
      put(tar, library, 0644, "library");
      TarArchiveEntry link = new TarArchiveEntry("lib/libpq.so", TarConstants.LF_SYMLINK);
      link.setLinkName("libpq.so.5");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static void put(TarArchiveOutputStream tar, String name, int mode, String text)
      throws IOException {
    byte[] content = text.getBytes(StandardCharsets.US_ASCII);
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setMode(mode);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
