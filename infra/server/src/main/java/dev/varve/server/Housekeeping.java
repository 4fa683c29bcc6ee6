package dev.varve.server;

import dev.varve.eventstore.Heartbeats;
import dev.varve.eventstore.postgres.ReceiptRetention;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets receipts that are old enough, every now and then, on every node. */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration PERIOD = Duration.ofHours(1);

  private final ReceiptRetention receipts;
  private final Heartbeats heartbeats = new Heartbeats();
  private final Heartbeats.Beat beat = heartbeats.register("housekeeping", PERIOD.multipliedBy(2));
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("varve-housekeeping").factory());

  private Housekeeping(ReceiptRetention receipts) {
    this.receipts = receipts;
  }

  static Housekeeping start(ReceiptRetention receipts) {
    var housekeeping = new Housekeeping(receipts);
    var _ =
        housekeeping.clock.scheduleWithFixedDelay(
            housekeeping::run, PERIOD.toSeconds(), PERIOD.toSeconds(), TimeUnit.SECONDS);
    return housekeeping;
  }

  Heartbeats heartbeats() {
    return heartbeats;
  }

  private void run() {
    beat.now();
    try {
      long forgotten = receipts.run();
      LOG.atInfo().addKeyValue("count", forgotten).log("old receipts forgotten");
    } catch (SQLException | RuntimeException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("receipts not forgotten, tried again");
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
