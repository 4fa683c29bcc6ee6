package dev.varve.command.axon;

import dev.varve.api.log.CommandCommit;
import dev.varve.api.rejection.Rejection;
import java.util.List;

/**
 * What became of a batch. Valid once its unit of work has committed.
 *
 * @param <N> what is told to those who act right after commit
 * @param items one per command, in order
 * @param news what was committed
 */
public record BatchResult<N>(List<Item> items, N news) {
  /** What became of one command. */
  public sealed interface Item {
    /**
     * Accepted; the log fills in where.
     *
     * @param commit what was committed
     */
    record Accepted(CommandCommit commit) implements Item {}

    /**
     * Refused; nothing of it was committed.
     *
     * @param rejection why
     */
    record Rejected(Rejection rejection) implements Item {}
  }
}
