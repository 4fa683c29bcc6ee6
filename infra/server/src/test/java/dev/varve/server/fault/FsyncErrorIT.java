package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fault.Inconclusive;
import dev.varve.testkit.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A08: the disk refuses to make a commit durable, by an error that strace puts into fdatasync. */
class FsyncErrorIT {
  private static final String NAME = "a08";
  private static final int ERRORS = FaultRun.times(3, 25);

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void a_commit_that_the_disk_refused_is_never_acknowledged_and_lost() throws Exception {
    var run = new FaultRun("A08", "EIO from fdatasync under the write-ahead log");
    if (!present("strace")) {
      run.notRun("strace");
      return;
    }
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Faulty.publish(node.http(), Steps.three(NAME));
      try (var load =
          new KeyedLoad(
                  NAME,
                  node::http,
                  number -> Steps.start(NAME, number),
                  installation.directory().resolve(NAME + ".acks"))
              .begin(6, Duration.ofMillis(10))) {
        for (int i = 0; i < ERRORS; i++) {
          load.awaitBusy(20, Faulty.LIMIT);
          run.count("errors injected", inject(installation, 1 + i % 7), ERRORS);
          long begun = System.nanoTime();
          run.recovery(load.awaitAckSince(begun, Faulty.LIMIT));
        }
        load.finish(Faulty.LIMIT);
        var audit = new Audit(node.http());
        audit.awaitEnd(NAME, Faulty.LIMIT);
        Map<String, List<JsonNode>> histories = audit.check(NAME, load.journal(), run);
        assertThat(load.wrong()).isEmpty();
        audit.viewsEqualFold(histories, run);
        audit.chainIsValid();
      }
    });
  }

  /** Fails the {@code nth} fdatasync of some backend; returns how many were failed in the end. */
  private static long inject(Installation installation, int nth) throws Exception {
    Path trace = Files.createTempFile("varve-strace", ".txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                "strace",
                "-f",
                "-qq",
                "-e",
                "trace=fdatasync",
                "-e",
                "inject=fdatasync:error=EIO:when=" + nth,
                "-o",
                trace.toString()));
    long postmaster = installation.postgres().server().pid();
    Stream.concat(
            Stream.of(postmaster),
            ProcessHandle.of(postmaster).orElseThrow().descendants().map(ProcessHandle::pid))
        .forEach(pid -> command.addAll(List.of("-p", Long.toString(pid))));
    Process strace =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Await.until("an error was injected", Duration.ofSeconds(30), () -> injected(trace) > 0);
    } catch (AssertionError e) {
      throw new Inconclusive("strace injected nothing: " + e.getMessage());
    } finally {
      strace.destroy();
      boolean _ = strace.waitFor(10, TimeUnit.SECONDS);
      strace.destroyForcibly();
    }
    long count = injected(trace);
    Files.delete(trace);
    return count;
  }

  private static long injected(Path trace) throws IOException {
    try (Stream<String> lines = Files.lines(trace)) {
      return lines.filter(line -> line.contains("INJECTED")).count();
    }
  }

  private static boolean present(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
