package dev.varve.api.log;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/**
 * A reader's place in the whole log: one {@link LogPosition} per partition it has seen, ordered by
 * partition.
 *
 * <p>Its text form is opaque to clients; it serves as cursor, {@code asOfPosition}, {@code
 * minPosition} and event id of the global feed.
 *
 * @param positions one entry per partition, ascending, may be empty (the very start)
 */
public record LogToken(List<LogPosition> positions) {
  private static final byte TOKEN_VERSION = 2;
  private static final int ENTRY_BYTES = 14;

  /** The place before every event. */
  public static final LogToken START = new LogToken(List.of());

  /** Copies the list. */
  public LogToken {
    positions = List.copyOf(positions);
  }

  /** Returns a token of one partition. */
  public static LogToken of(LogPosition position) {
    return new LogToken(List.of(position));
  }

  /** Returns the position in {@code partition}, or its start when the token does not name it. */
  public LogPosition at(int partition) {
    for (LogPosition each : positions) {
      if (each.partition() == partition) {
        return each;
      }
    }
    return LogPosition.start(partition);
  }

  /** Returns a token that differs from this one only in the partition of {@code position}. */
  public LogToken with(LogPosition position) {
    var next = new java.util.ArrayList<LogPosition>(positions.size() + 1);
    for (LogPosition each : positions) {
      if (each.partition() != position.partition()) {
        next.add(each);
      }
    }
    next.add(position);
    next.sort(java.util.Comparator.comparingInt(LogPosition::partition));
    return new LogToken(next);
  }

  /**
   * Tells whether this token lies at or after {@code other} in every partition that {@code other}
   * names.
   */
  public boolean covers(LogToken other) {
    return other.positions().stream().allMatch(p -> at(p.partition()).position() >= p.position());
  }

  /** Returns the opaque text form. */
  public String toToken() {
    var bytes = ByteBuffer.allocate(1 + ENTRY_BYTES * positions.size()).put(TOKEN_VERSION);
    for (LogPosition each : positions) {
      bytes.putShort((short) each.partition()).putLong(each.position()).putInt(each.hashPrefix());
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads the opaque text form; the form of a single {@link LogPosition} is accepted too.
   *
   * @throws IllegalArgumentException when {@code token} is neither
   */
  public static LogToken parse(String token) {
    byte[] raw = Base64.getUrlDecoder().decode(token);
    if (raw.length > 0 && raw[0] != TOKEN_VERSION) {
      return of(LogPosition.parse(token));
    }
    if (raw.length == 0 || (raw.length - 1) % ENTRY_BYTES != 0) {
      throw new IllegalArgumentException("Expected a log token of version 2");
    }
    var bytes = ByteBuffer.wrap(raw);
    bytes.get();
    var entries = new java.util.ArrayList<LogPosition>();
    while (bytes.hasRemaining()) {
      entries.add(new LogPosition(bytes.getShort() & 0xffff, bytes.getLong(), bytes.getInt()));
    }
    return new LogToken(entries);
  }
}
