package dev.varve.web;

import dev.varve.api.common.Limits;
import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who calls and with which ids. The tenant comes from the credential alone, never from the
 * request's content.
 *
 * @param tenant whose data
 * @param actor who, for the audit trail
 * @param idempotencyKey the {@code Idempotency-Key} header; null when not given
 * @param correlationId the {@code X-Correlation-Id} header; null when not given
 * @param traceparent W3C trace context; null when not given
 */
public record Caller(
    TenantId tenant,
    String actor,
    @Nullable String idempotencyKey,
    @Nullable String correlationId,
    @Nullable String traceparent) {
  /** Header with the client's command id. */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** Header that marks the first answer given again. */
  public static final String IDEMPOTENT_REPLAY = "Idempotent-Replay";

  /** Request attribute with the actor that authentication found. */
  public static final String ACTOR_ATTRIBUTE = "dev.varve.actor";

  /** Request attribute with the trace context of the span that the request has been given. */
  public static final String TRACEPARENT_ATTRIBUTE = "dev.varve.traceparent";

  private static final int HEADER_CHARS_MAX = 200;

  /**
   * Reads the caller of {@code request}.
   *
   * @throws RejectionException {@code command.id-invalid} when the id is empty, longer than {@code
   *     Limits.COMMAND_ID_CHARS_MAX} or has other than visible ASCII characters
   */
  public static Caller of(HttpServletRequest request) {
    Object actor = request.getAttribute(ACTOR_ATTRIBUTE);
    return new Caller(
        TenantId.DEFAULT,
        actor == null ? "api" : actor.toString(),
        checkedKey(request.getHeader(IDEMPOTENCY_KEY)),
        shortened(request.getHeader("X-Correlation-Id")),
        request.getAttribute(TRACEPARENT_ATTRIBUTE) instanceof String span
            ? span
            : shortened(request.getHeader("traceparent")));
  }

  /**
   * Returns the metadata of a new command.
   *
   * @param commandId fresh id
   * @param route method and path, part of what an idempotency key stands for
   * @param body the canonical request body, part of it too
   */
  public CommandMetadata metadata(UUID commandId, String route, String body) {
    CommandMetadata.Idempotency idempotency =
        idempotencyKey == null
            ? null
            : new CommandMetadata.Idempotency(idempotencyKey, sha256(route + "\n" + body));
    return new CommandMetadata(
        tenant, commandId, idempotency, actor, correlationId, null, traceparent);
  }

  private static @Nullable String checkedKey(@Nullable String key) {
    if (key == null) {
      return null;
    }
    boolean visible = key.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    if (key.isEmpty() || key.length() > Limits.COMMAND_ID_CHARS_MAX || !visible) {
      String detail =
          "Expected 1 to "
              + Limits.COMMAND_ID_CHARS_MAX
              + " visible ASCII characters without blanks";
      throw new RejectionException(
          Rejection.of(
              RejectionCode.COMMAND_ID_INVALID,
              detail,
              List.of(FieldError.of("command.id-invalid", "", "Header " + IDEMPOTENCY_KEY))));
    }
    return key;
  }

  private static @Nullable String shortened(@Nullable String header) {
    if (header == null || header.isEmpty()) {
      return null;
    }
    String clean = header.replaceAll("[^\\x21-\\x7e]", "?");
    return clean.substring(0, Math.min(clean.length(), HEADER_CHARS_MAX));
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
