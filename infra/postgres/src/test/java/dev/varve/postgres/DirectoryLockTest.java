package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {

  @TempDir Path directory;

  @Test
  void closing_twice_does_not_free_the_next_holder() {
    DirectoryLock first = DirectoryLock.acquire(directory);
    first.close();
    try (DirectoryLock second = DirectoryLock.acquire(directory)) {
      first.close();

      assertThat(second).isNotNull();
      assertThat(DirectoryLock.isFree(directory)).isFalse();
    }
    assertThat(DirectoryLock.isFree(directory)).isTrue();
  }

  @Test
  void another_name_of_the_same_directory_is_the_same_lock() throws Exception {
    Path link = directory.resolveSibling(directory.getFileName() + "-link");
    Files.createSymbolicLink(link, directory);
    try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
      assertThat(lock).isNotNull();
      refused("storage.directory-locked", "VARVE_DATA_DIR", () -> DirectoryLock.acquire(link));
    } finally {
      Files.delete(link);
    }
  }

  @Test
  void a_holder_in_another_process_is_named_and_frees_the_lock_by_dying() throws Exception {
    Process holder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    LockHolder.class.getName(),
                    directory.toString()))
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("locked");

      StartupException refusal =
          refused(
              "storage.directory-locked", "VARVE_DATA_DIR", () -> DirectoryLock.acquire(directory));

      assertThat(refusal.problem()).contains(Long.toString(holder.pid()));
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(DirectoryLock.isFree(directory)).isTrue();
  }

  /** Takes the lock in a JVM of its own and holds it until it is killed. */
  static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
      try (DirectoryLock lock = DirectoryLock.acquire(Path.of(arguments[0]))) {
        System.out.println(lock == null ? "" : "locked");
        System.in.read();
      }
    }
  }
}
