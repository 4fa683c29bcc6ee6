package dev.varve.eventstore.codec;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a command's metadata: a format byte, the command id, a byte of flags, then
 * texts with their length (two bytes) before them. The tenant has a column of its own.
 */
public final class MetadataCodec {
  private static final byte FORMAT = 1;
  private static final int IDEMPOTENCY = 1;
  private static final int CORRELATION = 2;
  private static final int CAUSATION = 4;
  private static final int TRACE = 8;
  private static final int FIXED_BYTES = 1 + 16 + 1;

  /** Longest text, in bytes of UTF-8. */
  public static final int TEXT_BYTES_MAX = 0xffff;

  private MetadataCodec() {}

  /** Returns the stored form. */
  public static byte[] encode(CommandMetadata metadata) {
    CommandMetadata.Idempotency idempotency = metadata.idempotency();
    byte[] actor = utf8(metadata.actor());
    byte @Nullable [] key = idempotency == null ? null : utf8(idempotency.key());
    byte @Nullable [] bodyHash = idempotency == null ? null : utf8(idempotency.bodyHash());
    byte @Nullable [] correlation = optional(metadata.correlationId());
    byte @Nullable [] causation = optional(metadata.causationId());
    byte @Nullable [] trace = optional(metadata.traceparent());
    int flags =
        (key == null ? 0 : IDEMPOTENCY)
            | (correlation == null ? 0 : CORRELATION)
            | (causation == null ? 0 : CAUSATION)
            | (trace == null ? 0 : TRACE);
    int size =
        FIXED_BYTES
            + size(actor)
            + size(key)
            + size(bodyHash)
            + size(correlation)
            + size(causation)
            + size(trace);
    var out = ByteBuffer.allocate(size).put(FORMAT);
    out.putLong(metadata.commandId().getMostSignificantBits());
    out.putLong(metadata.commandId().getLeastSignificantBits());
    out.put((byte) flags);
    put(out, actor);
    put(out, key);
    put(out, bodyHash);
    put(out, correlation);
    put(out, causation);
    put(out, trace);
    return out.array();
  }

  /**
   * Reads the stored form.
   *
   * @throws IllegalStateException when the format is unknown
   */
  public static CommandMetadata decode(byte[] stored, TenantId tenant) {
    var in = ByteBuffer.wrap(stored);
    byte format = in.get();
    if (format != FORMAT) {
      throw new IllegalStateException("Expected metadata format " + FORMAT + ", but was " + format);
    }
    UUID commandId = new UUID(in.getLong(), in.getLong());
    int flags = in.get();
    String actor = text(in);
    CommandMetadata.Idempotency idempotency =
        (flags & IDEMPOTENCY) == 0 ? null : new CommandMetadata.Idempotency(text(in), text(in));
    String correlation = (flags & CORRELATION) == 0 ? null : text(in);
    String causation = (flags & CAUSATION) == 0 ? null : text(in);
    String trace = (flags & TRACE) == 0 ? null : text(in);
    return new CommandMetadata(
        tenant, commandId, idempotency, actor, correlation, causation, trace);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte @Nullable [] optional(@Nullable String text) {
    return text == null ? null : utf8(text);
  }

  private static int size(byte @Nullable [] text) {
    return text == null ? 0 : Short.BYTES + text.length;
  }

  private static void put(ByteBuffer out, byte @Nullable [] text) {
    if (text != null) {
      if (text.length > TEXT_BYTES_MAX) {
        throw new IllegalArgumentException(
            "Expected a text of at most " + TEXT_BYTES_MAX + " bytes, but was " + text.length);
      }
      out.putShort((short) text.length).put(text);
    }
  }

  private static String text(ByteBuffer in) {
    byte[] text = new byte[in.getShort() & 0xffff];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
