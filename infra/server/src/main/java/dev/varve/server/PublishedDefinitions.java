package dev.varve.server;

import dev.varve.command.axon.DefinitionCatalog;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.Heartbeats;
import dev.varve.eventstore.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the catalog of versions that other nodes published; one thread per partition. */
final class PublishedDefinitions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedDefinitions.class);
  private static final int PAGE_EVENTS = 1_000;
  private static final Duration WAIT = Duration.ofSeconds(1);

  /** A page is waited for, read and applied well within it. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private final DefinitionCatalog catalog;
  private final List<Thread> threads = new ArrayList<>();
  private final Heartbeats heartbeats = new Heartbeats();
  private volatile boolean closed;

  private PublishedDefinitions(DefinitionCatalog catalog) {
    this.catalog = catalog;
  }

  static PublishedDefinitions follow(EventLog log, DefinitionCatalog catalog) {
    var follower = new PublishedDefinitions(catalog);
    for (int partition : log.partitions()) {
      long tail = log.tail(partition).position();
      follower.threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("published-definitions-" + partition)
              .start(() -> follower.read(log, partition, tail)));
    }
    return follower;
  }

  Heartbeats heartbeats() {
    return heartbeats;
  }

  private void read(EventLog log, int partition, long tail) {
    Heartbeats.Beat beat = heartbeats.register("published-definitions-" + partition, SILENCE);
    long after = tail;
    while (!closed) {
      try (FeedReader reader = log.openFeed(partition, after)) {
        while (!closed) {
          beat.now();
          for (StoredEvent event : reader.next(PAGE_EVENTS, WAIT)) {
            if (event.streamType().equals("definition")) {
              catalog.published(event);
            }
            after = event.position().position();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.atWarn().addKeyValue("reason", e.getMessage()).log("reading published versions failed");
        pauseAfterFailure();
      }
    }
  }

  private static void pauseAfterFailure() {
    java.util.concurrent.locks.LockSupport.parkNanos(WAIT.toNanos());
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
