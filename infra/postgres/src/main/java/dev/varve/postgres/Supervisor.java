package dev.varve.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that starts the server, waits for its end and starts it again when nobody asked
 * for that end.
 *
 * <p>One platform thread for the whole life: the kernel interrupts the server when the THREAD that
 * started it ends, so it must be neither a pool's nor a virtual one.
 */
final class Supervisor {

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  // A standby answers too; that it cannot be written is for the start-up guards to say.
  private static final Set<String> READY = Set.of("ready", "standby");

  /** A start that fails is tried again for ever: a full disk may be freed hours later. */
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private static final int FREE_PORT_TRIES = 5;
  private static final long LOG_BYTES_MAX = 10L << 20;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final IntFunction<List<String>> commandForPort;
  private final int wantedPort;
  private final Duration startLimit;
  private final CompletableFuture<Integer> firstStart = new CompletableFuture<>();
  private final AtomicInteger restarts = new AtomicInteger();
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable Process process;

  Supervisor(
      Cluster cluster, IntFunction<List<String>> commandForPort, int port, Duration startLimit) {
    this.cluster = cluster;
    this.commandForPort = commandForPort;
    this.wantedPort = port;
    this.startLimit = startLimit;
    this.thread = Thread.ofPlatform().daemon(true).name("varve-postgres").unstarted(this::run);
  }

  /** Starts the server and returns the port on which it is ready. */
  int start() {
    thread.start();
    try {
      return firstStart.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StartupException refused) {
        throw refused;
      }
      throw e;
    }
  }

  long pid() {
    Process current = process;
    return current == null ? -1 : current.pid();
  }

  int restarts() {
    return restarts.get();
  }

  /** Stops the server: open transactions end, everything committed is on disk. */
  void stop() {
    closing = true;
    try {
      interruptServer("INT");
      if (!thread.join(STOP_LIMIT)) {
        LOG.atWarn().addKeyValue("pid", pid()).log("PostgreSQL does not stop, ending it at once");
        interruptServer("QUIT");
        if (!thread.join(Duration.ofSeconds(5))) {
          Process current = process;
          if (current != null) {
            current.destroyForcibly();
          }
          thread.join(Duration.ofSeconds(5));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void interruptServer(String signal) {
    Process current = process;
    if (current != null && current.isAlive()) {
      cluster.signal(signal, current.pid());
    }
  }

  private void run() {
    int port = -1;
    int failures = 0;
    while (!closing) {
      try {
        port = port < 0 ? startAtFirst() : startOn(port);
        failures = 0;
        if (!firstStart.complete(port)) {
          restarts.incrementAndGet();
        }
        int code = awaitEnd();
        if (!closing) {
          LOG.atError()
              .addKeyValue("exitCode", code)
              .addKeyValue("directory", cluster.home())
              .log("PostgreSQL ended unexpectedly and is started again");
        }
      } catch (RuntimeException | IOException e) {
        if (firstStart.completeExceptionally(e)) {
          return;
        }
        failures++;
        LOG.atError()
            .setCause(e)
            .addKeyValue("try", failures)
            .log("PostgreSQL did not start again");
        pause(pauseAfter(failures));
      }
    }
    firstStart.completeExceptionally(new IllegalStateException("closed before it was started"));
  }

  private int startAtFirst() throws IOException {
    if (wantedPort != 0) {
      return startOn(wantedPort);
    }
    for (int tries = 1; ; tries++) {
      try {
        return startOn(FreePort.find());
      } catch (StartupException e) {
        // Somebody else may take a free port between finding and binding it.
        if (!e.code().equals("storage.port-taken") || tries == FREE_PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  private int startOn(int port) throws IOException {
    cluster.clearLeftovers();
    rotateLog();
    long logStart = Files.exists(cluster.log()) ? Files.size(cluster.log()) : 0;
    Process started =
        Commands.prepare(commandForPort.apply(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(cluster.log().toFile()))
            .start();
    process = started;
    if (closing) {
      interruptServer("INT");
    }
    long deadline = System.nanoTime() + startLimit.toNanos();
    while (!isReady(started.pid())) {
      if (endedWithin(started, 20)) {
        throw failed(port, logStart);
      }
      if (System.nanoTime() > deadline) {
        interruptServer("QUIT");
        throw new StartupException(
            "storage.start-timeout",
            "PostgreSQL was not ready within " + startLimit + ": " + logSince(logStart),
            "See " + cluster.log() + "; recovery after a crash may need more time.");
      }
    }
    return port;
  }

  private boolean isReady(long pid) throws IOException {
    try {
      List<String> lines = Files.readAllLines(cluster.pidFile(), StandardCharsets.ISO_8859_1);
      return lines.size() >= 8
          && lines.getFirst().strip().equals(Long.toString(pid))
          && READY.contains(lines.get(7).strip());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private StartupException failed(int port, long logStart) {
    String said = logSince(logStart);
    if (said.contains("Address already in use") || said.contains("could not bind")) {
      return new StartupException(
          "storage.port-taken",
          "Port " + port + " on 127.0.0.1 is taken by another program.",
          "Stop it, or set VARVE_EMBEDDED_PORT to another port (0 for any free one).");
    }
    return new StartupException(
        "storage.start-failed",
        "PostgreSQL did not start in " + cluster.home() + ": " + said,
        "See " + cluster.log() + ".");
  }

  private String logSince(long offset) {
    try {
      byte[] all = Files.readAllBytes(cluster.log());
      int from = (int) Math.min(offset, all.length);
      String said = new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
      return said.length() <= 2000 ? said : said.substring(said.length() - 2000);
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  private void rotateLog() throws IOException {
    if (Files.exists(cluster.log()) && Files.size(cluster.log()) > LOG_BYTES_MAX) {
      Path old = cluster.log().resolveSibling("server.log.1");
      Files.move(cluster.log(), old, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private int awaitEnd() {
    Process current = process;
    while (current != null) {
      try {
        return current.waitFor();
      } catch (InterruptedException e) {
        // Nobody interrupts this thread; ending it would stop the server.
        LOG.atWarn().log("PostgreSQL's thread was interrupted and carries on");
      }
    }
    return 0;
  }

  private static boolean endedWithin(Process process, long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted while PostgreSQL starts", e));
    }
  }

  private static Duration pauseAfter(int failures) {
    long millis = 100L << Math.min(failures, 10);
    return millis < PAUSE_MAX.toMillis() ? Duration.ofMillis(millis) : PAUSE_MAX;
  }

  private void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (!closing && System.nanoTime() < end) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
