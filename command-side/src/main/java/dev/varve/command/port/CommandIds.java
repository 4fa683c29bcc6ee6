package dev.varve.command.port;

import dev.varve.api.log.StreamIds;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Makes ids for commands that come from inside: UUIDs of version 7, so that they index well. */
public final class CommandIds {
  private CommandIds() {}

  /** Returns a fresh id; 74 of its bits are random, they need not be secret. */
  public static UUID next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return StreamIds.of(System.currentTimeMillis(), random.nextInt() & 0xfff, random.nextLong());
  }
}
