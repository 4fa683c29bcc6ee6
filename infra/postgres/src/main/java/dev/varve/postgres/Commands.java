package dev.varve.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Short-lived child processes: run, wait, read what they said. */
final class Commands {

  private Commands() {}

  /**
   * What a finished command left.
   *
   * @param exitCode its exit code, -1 when it could not be started or did not end in time
   * @param output standard output and error together
   */
  record Result(int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }
  }

  /**
   * Runs a command to its end, in the root directory, so that it pins no other.
   *
   * @param command program and arguments
   * @param limit how long it may take before it is killed
   * @return its result; a program that is not there gives exit code -1
   */
  static Result run(List<String> command, Duration limit) {
    try {
      Path output = Files.createTempFile("varve-command-", ".out");
      try {
        ProcessBuilder builder =
            prepare(command).redirectErrorStream(true).redirectOutput(output.toFile());
        Process process;
        try {
          process = builder.start();
        } catch (IOException e) {
          return new Result(-1, String.valueOf(e.getMessage()));
        }
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.destroyForcibly().waitFor();
        }
        String said = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        return ended
            ? new Result(process.exitValue(), said)
            : new Result(-1, said + "\n(stopped after " + limit + ")");
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
    }
  }

  /**
   * Prepares a child with a neutral environment: no {@code PG*} variable of the caller may change
   * what a server does, and messages come in English, since their text is read.
   *
   * @param command program and arguments
   * @return a builder without redirections
   */
  static ProcessBuilder prepare(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(Commands::changesBehaviour);
    environment.put("LC_ALL", "C");
    Path root = Path.of("").toAbsolutePath().getRoot();
    builder.directory(root.toFile());
    return builder;
  }

  private static boolean changesBehaviour(String variable) {
    return variable.startsWith("PG") || variable.startsWith("LC_") || variable.startsWith("LANG");
  }
}
