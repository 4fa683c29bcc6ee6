package dev.varve.command.port;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.Committed;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the write side asks the log besides the events of a stream: first answers and owners of
 * unique keys.
 */
public interface LogLookup {
  /**
   * Finds the first answer given to a client's command id.
   *
   * @param partition where the command was committed
   * @return null when the id was not used, or longer ago than receipts are kept
   */
  @Nullable FirstAnswer findReceipt(int partition, TenantId tenant, String key);

  /** Finds the stream that owns a unique key; null when it is free. */
  @Nullable UUID findKeyOwner(TenantId tenant, String scope, String key);

  /**
   * A remembered answer.
   *
   * @param bodyHash digest of what the id was given for
   * @param committed the first answer, marked as replayed
   */
  record FirstAnswer(String bodyHash, Committed committed) {}
}
