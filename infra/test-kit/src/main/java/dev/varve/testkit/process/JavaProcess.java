package dev.varve.testkit.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java program in a process of its own, with its output in a file. */
public final class JavaProcess implements AutoCloseable {
  private static final int LOG_TAIL_CHARS = 4_000;
  private static final long STOP_SECONDS = 30;

  private final Process process;
  private final Path log;

  private JavaProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * What a JVM is started with.
   *
   * @param flags added to those that all get
   */
  public record Program(String classPath, List<String> flags, String mainClass) {
    /** Returns a program on this test's class path. */
    public static Program here(String mainClass) {
      return new Program(System.getProperty("java.class.path"), List.of(), mainClass);
    }
  }

  /** Starts {@code mainClass} on this test's class path, as the other {@code start} does. */
  public static JavaProcess start(
      String mainClass, List<String> args, Map<String, String> environment, Path log)
      throws IOException {
    return start(Program.here(mainClass), args, environment, log);
  }

  /**
   * Starts a program.
   *
   * @param log file the output is appended to
   * @param environment added to this process's own, whose {@code VARVE_*} and {@code DATABASE_URL}
   *     are not handed on
   */
  public static JavaProcess start(
      Program program, List<String> args, Map<String, String> environment, Path log)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Daxoniq.update-checker.disabled=true"));
    command.addAll(program.flags());
    command.addAll(List.of("-cp", program.classPath(), program.mainClass()));
    command.addAll(args);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("VARVE_") || name.equals("DATABASE_URL"));
    builder.environment().putAll(environment);
    return new JavaProcess(builder.start(), log);
  }

  /** Returns the process id. */
  public long pid() {
    return process.pid();
  }

  /** Tells whether it runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Kills it as a crash would: SIGKILL, no goodbye. Returns when it is gone. */
  public void killNine() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to stop and returns its exit code; kills it when it does not. */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      killNine();
    }
    return process.exitValue();
  }

  /**
   * Waits for the program to end by itself and returns its exit code; -1 when it does not in time.
   */
  public int awaitExit(long seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  /** Returns the end of its output. */
  public String logTail() {
    try {
      String text = Files.readString(log, StandardCharsets.UTF_8);
      return text.substring(Math.max(0, text.length() - LOG_TAIL_CHARS));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  @Override
  public void close() {
    try {
      killNine();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
