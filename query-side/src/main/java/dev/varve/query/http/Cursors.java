package dev.varve.query.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.RejectionException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Opaque cursors of pages: a format byte and the key of the last item, so that a page is found by
 * key and never by counting.
 */
final class Cursors {
  private static final byte EXECUTION = 1;
  private static final byte NAME = 2;
  private static final int EXECUTION_BYTES = 17;
  private static final int NAME_BYTES_MAX = 1_000;

  private Cursors() {}

  static @Nullable String ofExecution(@Nullable String id) {
    if (id == null) {
      return null;
    }
    UUID uuid = UUID.fromString(id);
    return encoded(
        ByteBuffer.allocate(EXECUTION_BYTES)
            .put(EXECUTION)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }

  static @Nullable ExecutionId execution(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    ByteBuffer bytes = decoded(cursor, EXECUTION);
    if (bytes.remaining() != EXECUTION_BYTES - 1) {
      throw invalid();
    }
    return new ExecutionId(new UUID(bytes.getLong(), bytes.getLong()));
  }

  static @Nullable String ofName(@Nullable String name) {
    if (name == null) {
      return null;
    }
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return encoded(ByteBuffer.allocate(text.length + 1).put(NAME).put(text).array());
  }

  static @Nullable String name(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    ByteBuffer bytes = decoded(cursor, NAME);
    if (bytes.remaining() > NAME_BYTES_MAX) {
      throw invalid();
    }
    String name = StandardCharsets.UTF_8.decode(bytes).toString();
    if (name.indexOf('\0') >= 0) {
      throw invalid();
    }
    return name;
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static ByteBuffer decoded(String cursor, byte format) {
    byte[] raw;
    try {
      raw = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    var bytes = ByteBuffer.wrap(raw);
    if (!bytes.hasRemaining() || bytes.get() != format) {
      throw invalid();
    }
    return bytes;
  }

  private static RejectionException invalid() {
    return new RejectionException(
        Rejection.of(
            RejectionCode.CURSOR_INVALID,
            "Expected a cursor as a page of this list gave it in next"));
  }
}
