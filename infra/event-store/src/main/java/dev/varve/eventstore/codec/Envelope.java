package dev.varve.eventstore.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the chain covers of one event, in canonical bytes, and the chain itself.
 *
 * <p>{@code hash(n) = SHA-256(hash(n-1) || leaf(n))} with thirty-two zero bytes for {@code
 * hash(0)}; {@code leaf(n)} is the place (partition, position, time) followed by the digest of the
 * envelope. The envelope does not depend on the place, so it is digested by the submitting thread.
 * The layout is written down in {@code infra/docs/event-format.md}.
 *
 * @param streamId the stream
 * @param streamType its type
 * @param sequence place in the stream
 * @param eventId the event's id
 * @param type stored name
 * @param revision revision of the payload
 * @param commandOffset place among the events of its command
 * @param tenant whose
 * @param node the node that wrote it
 * @param metadata stored metadata; null when the command's first event has it
 * @param payloadDigest SHA-256 of the stored payload
 */
@SuppressWarnings("ArrayRecordComponent")
public record Envelope(
    UUID streamId,
    String streamType,
    long sequence,
    UUID eventId,
    String type,
    int revision,
    int commandOffset,
    String tenant,
    String node,
    byte @Nullable [] metadata,
    byte[] payloadDigest) {
  /** Length of every hash and digest. */
  public static final int HASH_BYTES = 32;

  private static final byte VERSION = 1;
  private static final int LEAF_BYTES = Short.BYTES + Long.BYTES + Long.BYTES + HASH_BYTES;
  private static final int FIXED_BYTES = 1 + 16 + 8 + 16 + 2 + 2 + 4 * 2 + 4 + HASH_BYTES;
  private static final MessageDigest PROTOTYPE = prototype();

  /** Returns the hash before the first event: thirty-two zero bytes. */
  public static byte[] genesis() {
    return new byte[HASH_BYTES];
  }

  /** Returns SHA-256 of {@code bytes}. */
  public static byte[] sha256(byte[] bytes) {
    return newDigest().digest(bytes);
  }

  /**
   * Returns what the chain covers of a stored payload: its digest, or the digest that an erased one
   * left behind.
   */
  public static byte[] payloadDigest(byte[] stored) {
    if (PayloadCodec.erased(stored)) {
      return java.util.Arrays.copyOfRange(stored, 1, 1 + HASH_BYTES);
    }
    return sha256(stored);
  }

  /** Returns a fresh SHA-256. */
  public static MessageDigest newDigest() {
    try {
      return (MessageDigest) PROTOTYPE.clone();
    } catch (CloneNotSupportedException e) {
      return prototype();
    }
  }

  /** Returns the digest of the canonical bytes. */
  public byte[] digest() {
    byte[] streamTypeText = streamType.getBytes(StandardCharsets.UTF_8);
    byte[] typeText = type.getBytes(StandardCharsets.UTF_8);
    byte[] tenantText = tenant.getBytes(StandardCharsets.UTF_8);
    byte[] nodeText = node.getBytes(StandardCharsets.UTF_8);
    int metadataLength = metadata == null ? 0 : metadata.length;
    var out =
        ByteBuffer.allocate(
            FIXED_BYTES
                + streamTypeText.length
                + typeText.length
                + tenantText.length
                + nodeText.length
                + metadataLength);
    out.put(VERSION);
    out.putLong(streamId.getMostSignificantBits()).putLong(streamId.getLeastSignificantBits());
    out.putLong(sequence);
    out.putLong(eventId.getMostSignificantBits()).putLong(eventId.getLeastSignificantBits());
    out.putShort((short) revision).putShort((short) commandOffset);
    text(out, streamTypeText);
    text(out, typeText);
    text(out, tenantText);
    text(out, nodeText);
    out.putInt(metadata == null ? -1 : metadataLength);
    if (metadata != null) {
      out.put(metadata);
    }
    out.put(payloadDigest);
    return newDigest().digest(out.array());
  }

  /**
   * Returns the chain hash of the event at a place.
   *
   * @param digest reused by the caller, left reset
   * @param previous hash of the position before
   * @param recordedAtMicros microseconds since 1970
   * @param envelopeDigest see {@link #digest()}
   */
  public static byte[] chain(
      MessageDigest digest,
      byte[] previous,
      int partition,
      long position,
      long recordedAtMicros,
      byte[] envelopeDigest) {
    digest.update(previous);
    var leaf =
        ByteBuffer.allocate(LEAF_BYTES)
            .putShort((short) partition)
            .putLong(position)
            .putLong(recordedAtMicros)
            .put(envelopeDigest);
    return digest.digest(leaf.array());
  }

  /** Returns the first four bytes of a hash, big endian. */
  public static int prefix(byte[] hash) {
    return ByteBuffer.wrap(hash).getInt();
  }

  private static void text(ByteBuffer out, byte[] utf8) {
    out.putShort((short) utf8.length).put(utf8);
  }

  private static MessageDigest prototype() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
