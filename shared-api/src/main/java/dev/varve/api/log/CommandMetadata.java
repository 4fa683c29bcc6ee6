package dev.varve.api.log;

import dev.varve.api.common.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one command besides its content; stored once per command, beside its first
 * event.
 *
 * @param tenant who it belongs to, taken from the credential
 * @param commandId made at the edge, unique per command
 * @param idempotency the id that a client, the inbox or an automation gave the command; null when
 *     none was given, then no receipt is written
 * @param actor who sent it, for the audit trail, e.g. {@code api}, {@code key:ops}, {@code
 *     worker:<incarnation>}
 * @param correlationId groups what one outside request caused; null when not given
 * @param causationId the event or command that caused this command; null when it came from outside
 * @param traceparent W3C trace context; null when not given
 */
public record CommandMetadata(
    TenantId tenant,
    UUID commandId,
    @Nullable Idempotency idempotency,
    String actor,
    @Nullable String correlationId,
    @Nullable String causationId,
    @Nullable String traceparent) {

  /**
   * An id given by the caller, with a digest of what it was given for.
   *
   * @param key the id, 1 to 200 characters
   * @param bodyHash SHA-256 in hex of the canonical request (route and body); the same key with
   *     another hash is refused with {@code command.id-reused}
   */
  public record Idempotency(String key, String bodyHash) {}
}
