package dev.varve.eventstore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Tells which background loops are alive: each says so every time it comes round. A loop that has
 * died, or hangs, falls silent, and that is seen here even though nothing else fails. Safe for use
 * by many threads.
 */
public final class Heartbeats {
  private final Map<String, Beat> beats = new ConcurrentSkipListMap<>();

  /**
   * One loop as it is now.
   *
   * @param loop its name
   * @param silent how long ago it last came round
   * @param allowed longest silence of a loop that is well
   */
  public record Pulse(String loop, Duration silent, Duration allowed) {
    /** Tells whether it has come round lately. */
    public boolean alive() {
      return silent.compareTo(allowed) <= 0;
    }
  }

  /** Where one loop says that it is alive. */
  public static final class Beat {
    private final Duration allowed;
    private volatile long lastNanos = System.nanoTime();

    private Beat(Duration allowed) {
      this.allowed = allowed;
    }

    /** Says so; cheap. */
    public void now() {
      lastNanos = System.nanoTime();
    }
  }

  /**
   * Adds a loop, which counts as alive from now on; a name that was there is begun anew.
   *
   * @param allowed longest silence of the loop when it is well, waiting included
   */
  public Beat register(String loop, Duration allowed) {
    var beat = new Beat(allowed);
    beats.put(loop, beat);
    return beat;
  }

  /** Returns every loop, by name. */
  public List<Pulse> pulses() {
    var pulses = new ArrayList<Pulse>();
    beats.forEach((loop, beat) ->
        pulses.add(
            new Pulse(loop, Duration.ofNanos(System.nanoTime() - beat.lastNanos), beat.allowed)));
    return List.copyOf(pulses);
  }
}
