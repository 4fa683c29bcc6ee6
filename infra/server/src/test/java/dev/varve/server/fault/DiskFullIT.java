package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.postgres.EmbeddedPostgres;
import dev.varve.postgres.EphemeralPostgres;
import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fault.SmallDisk;
import dev.varve.testkit.process.Http;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E05: the disk of the database is full for a while. */
class DiskFullIT {
  private static final String NAME = "e05";
  private static final int DISK_MEBIBYTES = 160;
  private static final int READS = FaultRun.times(10, 100);

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void a_full_disk_refuses_writes_serves_reads_and_loses_nothing() throws Exception {
    var run = new FaultRun("E05", "the database's disk is full");
    SmallDisk disk = SmallDisk.mount(DISK_MEBIBYTES);
    if (disk == null) {
      run.notRun("the right to mount a tmpfs");
      return;
    }
    try (disk;
        var installation = new Installation(databaseOn(disk))) {
      run.judge(() -> fillAndFree(disk, installation, run));
    }
  }

  /**
   * Returns how many of some starts are told that the disk is full; none is told another reason.
   */
  private static int namedFull(Http http) throws Exception {
    int named = 0;
    for (int i = 0; i < 5; i++) {
      Http.Answer answer = Faulty.start(http, NAME, "{\"n\":-1}", "");
      assertThat(answer.status()).as(answer.text()).isEqualTo(503);
      String code = answer.body().path("code").asString();
      // the write-ahead log is on the same disk: PostgreSQL may also stop, and start again
      assertThat(code).isIn("store.full", "store.unavailable", "command.outcome-unknown");
      named += code.equals("store.full") ? 1 : 0;
    }
    return named;
  }

  private static EphemeralPostgres databaseOn(SmallDisk disk) {
    return EphemeralPostgres.start(options ->
        new EmbeddedPostgres.Options(
            disk.directory().resolve("home"),
            options.binaries(),
            0,
            Map.of("min_wal_size", "32MB", "max_wal_size", "48MB", "max_connections", "60"),
            options.cache(),
            options.startLimit()));
  }

  private static void fillAndFree(SmallDisk disk, Installation installation, FaultRun run)
      throws Exception {
    var node = installation.startNode("full", Map.of());
    node.awaitReady();
    Http http = node.http();
    Faulty.publish(http, Steps.three(NAME));
    String filler = "x".repeat(20_000);
    try (var load =
        new KeyedLoad(
                NAME,
                node::http,
                number ->
                    "{\"definition\":\"%s\",\"input\":{\"n\":%d,\"filler\":\"%s\"}}"
                        .formatted(NAME, number, number + filler),
                installation.directory().resolve("e05.acks"))
            .begin(4, Duration.ofMillis(20))) {
      load.awaitBusy(40, Faulty.LIMIT);
      String known = load.journal().values().iterator().next();
      disk.fill();
      int before = load.retries();
      load.awaitRefusals(20, Duration.ofMinutes(1));
      run.count("refusals that name the full disk", namedFull(http), 1);
      long slowest = 0;
      for (int i = 0; i < READS; i++) {
        long begun = System.nanoTime();
        Http.Answer read = http.get("/api/v1/executions/" + known + "/events");
        assertThat(read.status()).as("a read on a full disk: %s", read.text()).isEqualTo(200);
        slowest = Math.max(slowest, System.nanoTime() - begun);
      }
      run.count("writes refused", load.retries() - before, 20);
      run.count("reads served", READS, READS);
      run.count("slowest read ms", slowest / 1_000_000);
      long freed = System.nanoTime();
      disk.free();
      run.recovery(load.awaitAckSince(freed, Faulty.LIMIT));
      load.finish(Faulty.LIMIT);
      var audit = new Audit(http);
      audit.awaitEnd(NAME, Faulty.LIMIT);
      audit.viewsEqualFold(audit.check(NAME, load.journal(), run), run);
      assertThat(load.wrong()).isEmpty();
      audit.chainIsValid();
    }
  }
}
