package dev.varve.query.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.WorkQuery.TaskPlace;
import dev.varve.api.task.WorkQuery.TimerPlace;
import dev.varve.web.RejectionException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
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
  private static final byte TASK = 3;
  private static final byte TIMER = 4;
  private static final int EXECUTION_BYTES = 17;
  private static final int NAME_BYTES_MAX = 1_000;
  private static final int PARTS_CHARS_MAX = 8_000;

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

  static @Nullable String ofTask(@Nullable TaskPlace place) {
    return place == null ? null : ofParts(TASK, place.executionId().toString(), place.path());
  }

  static @Nullable TaskPlace task(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    String[] parts = parts(cursor, TASK, 2);
    try {
      return new TaskPlace(UUID.fromString(parts[0]), parts[1]);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  static @Nullable String ofTimer(@Nullable TimerPlace place) {
    return place == null
        ? null
        : ofParts(
            TIMER,
            place.at().toString(),
            place.executionId().toString(),
            place.path(),
            place.kind());
  }

  static @Nullable TimerPlace timer(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    String[] parts = parts(cursor, TIMER, 4);
    try {
      return new TimerPlace(Instant.parse(parts[0]), UUID.fromString(parts[1]), parts[2], parts[3]);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw invalid();
    }
  }

  private static String ofParts(byte format, String... parts) {
    byte[] text = String.join("\n", parts).getBytes(StandardCharsets.UTF_8);
    return encoded(ByteBuffer.allocate(text.length + 1).put(format).put(text).array());
  }

  private static String[] parts(String cursor, byte format, int count) {
    ByteBuffer bytes = decoded(cursor, format);
    String[] parts = StandardCharsets.UTF_8.decode(bytes).toString().split("\n", -1);
    if (parts.length != count || cursor.length() > PARTS_CHARS_MAX) {
      throw invalid();
    }
    for (String part : parts) {
      if (part.indexOf('\0') >= 0) {
        throw invalid();
      }
    }
    return parts;
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
