package dev.varve.eventstore.codec;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The stored form of a payload: a format byte, a key id (two bytes, 0 while nothing is encrypted),
 * sixteen bytes of salt, then the body. The salt keeps an erased payload from being guessed by its
 * digest, which stays in the chain.
 *
 * <p>Safe for use by many threads. See {@code infra/docs/event-format.md}.
 */
public final class PayloadCodec {
  /** The payload was erased; thirty-two bytes follow, the digest of what was stored. */
  public static final byte FORMAT_ERASED = 0;

  /** The body is JSON. */
  public static final byte FORMAT_JSON = 1;

  /** The body is four bytes of length and JSON compressed as raw deflate. */
  public static final byte FORMAT_DEFLATED = 2;

  /** Bytes before the body. */
  public static final int HEADER_BYTES = 19;

  /** Bodies below this size are never compressed. */
  public static final int COMPRESS_FROM_BYTES = 1_024;

  private static final int SALT_BYTES = 16;
  private static final int SALT_POOL_BYTES = 4_096;

  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock saltLock = new ReentrantLock();
  private final byte[] saltPool = new byte[SALT_POOL_BYTES];
  private final int bodyBytesMax;
  private int saltUsed = SALT_POOL_BYTES;

  /**
   * Makes a codec.
   *
   * @param bodyBytesMax bodies that claim to be larger than this after inflating are refused as
   *     damaged
   */
  public PayloadCodec(int bodyBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /**
   * A body inside a larger array.
   *
   * @param bytes the array
   * @param offset where the body starts
   * @param length how long it is
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Body(byte[] bytes, int offset, int length) {}

  /** Returns the stored form of {@code json}. */
  public byte[] encode(byte[] json) {
    if (json.length >= COMPRESS_FROM_BYTES) {
      byte[] deflated = deflate(json);
      if (deflated.length > 0) {
        return deflated;
      }
    }
    byte[] stored = new byte[HEADER_BYTES + json.length];
    header(stored, FORMAT_JSON);
    System.arraycopy(json, 0, stored, HEADER_BYTES, json.length);
    return stored;
  }

  /**
   * Returns the JSON in a stored form, without copying where it is plain.
   *
   * @throws IllegalStateException when the payload was erased, is damaged or of an unknown format
   */
  public Body decode(byte[] stored) {
    if (stored.length < 1) {
      throw new IllegalStateException("Expected a payload with a format byte, but it is empty");
    }
    return switch (stored[0]) {
      case FORMAT_JSON -> new Body(stored, HEADER_BYTES, stored.length - HEADER_BYTES);
      case FORMAT_DEFLATED -> inflate(stored);
      case FORMAT_ERASED -> throw new IllegalStateException("The payload was erased");
      default ->
          throw new IllegalStateException(
              "Expected payload format 0, 1 or 2, but was "
                  + stored[0]
                  + "; is this program older?");
    };
  }

  /** Tells whether a stored form is what remains of an erased payload. */
  public static boolean erased(byte[] stored) {
    return stored.length == 1 + Envelope.HASH_BYTES && stored[0] == FORMAT_ERASED;
  }

  private void header(byte[] stored, byte format) {
    stored[0] = format;
    saltLock.lock();
    try {
      if (saltUsed + SALT_BYTES > SALT_POOL_BYTES) {
        random.nextBytes(saltPool);
        saltUsed = 0;
      }
      System.arraycopy(saltPool, saltUsed, stored, HEADER_BYTES - SALT_BYTES, SALT_BYTES);
      saltUsed += SALT_BYTES;
    } finally {
      saltLock.unlock();
    }
  }

  /** Returns an empty array when compressing saves nothing. */
  private byte[] deflate(byte[] json) {
    var deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(json);
      deflater.finish();
      byte[] stored = new byte[HEADER_BYTES + json.length];
      ByteBuffer.wrap(stored).putInt(HEADER_BYTES, json.length);
      int from = HEADER_BYTES + Integer.BYTES;
      int length = deflater.deflate(stored, from, stored.length - from);
      if (!deflater.finished()) {
        return new byte[0];
      }
      byte[] exact = Arrays.copyOf(stored, from + length);
      header(exact, FORMAT_DEFLATED);
      return exact;
    } finally {
      deflater.end();
    }
  }

  private Body inflate(byte[] stored) {
    int from = HEADER_BYTES + Integer.BYTES;
    int length = stored.length < from ? -1 : ByteBuffer.wrap(stored).getInt(HEADER_BYTES);
    if (length < 0 || length > bodyBytesMax) {
      throw new IllegalStateException("Expected a body of at most " + bodyBytesMax + " bytes");
    }
    var inflater = new Inflater(true);
    try {
      inflater.setInput(stored, from, stored.length - from);
      byte[] json = new byte[length];
      int done = 0;
      while (done < length) {
        int more = inflater.inflate(json, done, length - done);
        if (more == 0) {
          throw new IllegalStateException("The compressed payload ends too early");
        }
        done += more;
      }
      return new Body(json, 0, length);
    } catch (DataFormatException e) {
      throw new IllegalStateException("The compressed payload is damaged", e);
    } finally {
      inflater.end();
    }
  }
}
