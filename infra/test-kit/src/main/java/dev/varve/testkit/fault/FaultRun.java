package dev.varve.testkit.fault;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run with faults and the verdict on it. What is counted is reported; what falls below its floor
 * makes the run INCONCLUSIVE, since a run in which nothing happened proves nothing.
 *
 * <p>The counts are small unless the system property {@code varve.faults.full} is true. Every run
 * adds a line to the report, a Markdown table in the file that {@code varve.faults.report} names.
 */
public final class FaultRun {
  private static final boolean FULL = Boolean.getBoolean("varve.faults.full");
  private static final Path REPORT =
      Path.of(System.getProperty("varve.faults.report", "target/faults/report.md"));

  private final String id;
  private final String what;
  private final long startedNanos = System.nanoTime();
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final Map<String, Long> floors = new TreeMap<>();
  private final List<Long> recoveries = new ArrayList<>();

  /** How a run ended. */
  public enum Verdict {
    /** Faults happened and every promise held. */
    PASS,
    /** A promise was broken. */
    FAIL,
    /** Too little happened to tell. */
    INCONCLUSIVE
  }

  /**
   * Begins a run.
   *
   * @param id of the catalogue, such as A01
   * @param what happens in it
   */
  public FaultRun(String id, String what) {
    this.id = id;
    this.what = what;
  }

  /** Returns {@code full} in a full run, else {@code small}. */
  public static int times(int small, int full) {
    return FULL ? full : small;
  }

  /** Tells whether counts are those of a full run. */
  public static boolean isFull() {
    return FULL;
  }

  /** Adds to a count. */
  public synchronized void count(String name, long more) {
    counts.merge(name, more, Long::sum);
  }

  /** Adds to a count that must reach {@code floor}. */
  public synchronized void count(String name, long more, long floor) {
    count(name, more);
    floors.put(name, floor);
  }

  /** Notes how long it took until work went on after a fault; the report shows the worst. */
  public synchronized void recovery(Duration time) {
    recoveries.add(time.toMillis());
  }

  /**
   * Writes into the report that this machine lacks what a fault needs. Such a fault counts as not
   * run, never as passed.
   */
  public void notRun(String missing) throws IOException {
    report("not run: " + missing);
  }

  /** What is checked at the end. */
  @FunctionalInterface
  public interface Check {
    /** Throws what it found wrong. */
    void run() throws Exception;
  }

  /**
   * Runs the checks and says how it went.
   *
   * @throws AssertionError unless every check passed and every floor was reached
   */
  public void judge(Check check) throws Exception {
    try {
      check.run();
    } catch (Inconclusive e) {
      write(Verdict.INCONCLUSIVE);
      throw e;
    } catch (Exception | AssertionError e) {
      write(Verdict.FAIL);
      throw e;
    }
    for (Map.Entry<String, Long> floor : floors.entrySet()) {
      if (counts.getOrDefault(floor.getKey(), 0L) < floor.getValue()) {
        write(Verdict.INCONCLUSIVE);
        throw new AssertionError(
            "INCONCLUSIVE: expected %s of at least %d, but counted %s"
                .formatted(floor.getKey(), floor.getValue(), counts));
      }
    }
    write(Verdict.PASS);
  }

  private static long p99(List<Long> millis) {
    List<Long> sorted = millis.stream().sorted().toList();
    return sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
  }

  /** Writes a verdict that was come to elsewhere into the report. */
  public void write(Verdict verdict) throws IOException {
    report(verdict.name());
  }

  private synchronized void report(String verdict) throws IOException {
    if (!recoveries.isEmpty()) {
      counts.put("recoveries", (long) recoveries.size());
      counts.put("recovery p99 ms", p99(recoveries));
    }
    long seconds = (System.nanoTime() - startedNanos) / 1_000_000_000;
    var text = new StringBuilder();
    counts.forEach((name, count) -> text.append(name).append(' ').append(count).append(", "));
    String line = "| %s | %s | %s | %s%d s |%n".formatted(id, what, verdict, text, seconds);
    System.err.print("fault run " + line);
    Path directory = REPORT.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    try {
      Files.writeString(
          REPORT,
          "| Id | Fault | Verdict | Counted |%n|---|---|---|---|%n".formatted(),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException _) {
      // another JVM of this build has begun it
    }
    Files.writeString(REPORT, line, StandardOpenOption.APPEND);
  }
}
