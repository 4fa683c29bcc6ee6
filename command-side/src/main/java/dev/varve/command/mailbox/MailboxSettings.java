package dev.varve.command.mailbox;

/**
 * Limits of the mailbox.
 *
 * @param waitingMax most commands in the mailbox, being decided or waiting
 * @param waitingPerExecutionMax most commands waiting for one execution
 * @param batchCommandsMax most commands decided together
 * @param conflictRetriesMax how often a batch is decided again after another node was faster
 */
public record MailboxSettings(
    int waitingMax, int waitingPerExecutionMax, int batchCommandsMax, int conflictRetriesMax) {
  /** 20,000; 2,000; 64; 20. */
  public static final MailboxSettings DEFAULT = new MailboxSettings(20_000, 2_000, 64, 20);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is below 1
   */
  public MailboxSettings {
    if (waitingMax < 1
        || waitingPerExecutionMax < 1
        || batchCommandsMax < 1
        || conflictRetriesMax < 1) {
      throw new IllegalArgumentException("Expected mailbox limits of at least 1");
    }
  }
}
