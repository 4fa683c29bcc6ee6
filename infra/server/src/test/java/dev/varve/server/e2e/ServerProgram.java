package dev.varve.server.e2e;

import dev.varve.testkit.process.JavaProcess;
import dev.varve.testkit.process.JavaProcess.Program;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/**
 * The server as a process: the packaged program where there is one, in a whole build with an
 * ahead-of-time cache, as the launcher starts it. A build starts a hundred servers; the cache
 * halves what each start costs and is made once, by the first.
 */
public final class ServerProgram {
  private static final String MAIN = "dev.varve.server.VarveServer";
  private static final long TRAINING_SECONDS = 180;
  private static final Program PROGRAM = program();

  private ServerProgram() {}

  /** Starts it; {@code environment} and {@code log} as {@link JavaProcess} takes them. */
  public static JavaProcess start(List<String> args, Map<String, String> environment, Path log)
      throws IOException {
    return JavaProcess.start(PROGRAM, args, environment, log);
  }

  private static Program program() {
    String packaged =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(each -> Path.of(each).getFileName().toString().matches("varve-server-.*\\.jar"))
            .findFirst()
            .orElse(null);
    if (packaged == null || !Boolean.getBoolean("varve.it.cache")) {
      return Program.here(MAIN);
    }
    try {
      return new Program(packaged, cached(Path.of(packaged)), MAIN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns the flags that use the cache, which is made when it is older than the program. */
  private static List<String> cached(Path jar) throws IOException, InterruptedException {
    Path directory = Files.createDirectories(jar.resolveSibling("aot"));
    Path cache = directory.resolve("server.aot");
    // one JVM of tests makes it, the others wait
    try (var lock =
            FileChannel.open(
                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = lock.lock()) {
      if (!Files.exists(cache)
          || Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) < 0) {
        train(jar, cache);
      }
    }
    // A JVM that cannot use it starts without it and without a word.
    return flags("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
  }

  private static void train(Path jar, Path cache) throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("varve-training");
    var program =
        new Program(
            jar.toString(), flags("-XX:AOTCacheOutput=" + cache, "-Dvarve.training=true"), MAIN);
    List<String> args =
        List.of("server", "--storage", "ephemeral", "--port", "0", "--data-dir", data.toString());
    try (JavaProcess training =
        JavaProcess.start(program, args, Map.of(), data.resolve("training.log"))) {
      if (training.awaitExit(TRAINING_SECONDS) != 0 || !Files.exists(cache)) {
        System.err.println("No ahead-of-time cache, starts take longer: " + training.logTail());
        Files.write(cache, new byte[0]); // and nobody tries again
      }
    } finally {
      boolean _ = FileSystemUtils.deleteRecursively(data);
    }
  }

  /** Flags that must be the same when the cache is made and used. */
  private static List<String> flags(String... own) {
    var flags =
        new ArrayList<>(
            List.of("--sun-misc-unsafe-memory-access=allow", "-XX:+UseCompactObjectHeaders"));
    flags.addAll(List.of(own));
    return flags;
  }
}
