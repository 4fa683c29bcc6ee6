package dev.varve.eventstore.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * An array parameter in the database's binary form. The driver sends several of these types as text
 * otherwise, which costs time on both sides.
 */
final class BinaryArray extends PGobject implements PGBinaryObject {
  private static final long serialVersionUID = 1L;
  private static final int BYTEA = 17;
  private static final int INT8 = 20;
  private static final int INT2 = 21;
  private static final int INT4 = 23;
  private static final int TEXT = 25;
  private static final int UUID_OID = 2950;
  private static final int HEADER_BYTES = 20;

  /** The array types, for the driver's setting {@code binaryTransferEnable}. */
  static final String OIDS = "1001,1005,1007,1009,1016,2951";

  private final transient byte[] data;

  private BinaryArray(String type, byte[] data) {
    this.type = type;
    this.data = data;
  }

  static <T> BinaryArray int2(List<T> rows, ToIntFunction<T> column) {
    byte[] data = header(rows.size(), INT2, rows.size() * 6);
    ByteBuffer out = body(data);
    for (T row : rows) {
      out.putInt(2).putShort((short) column.applyAsInt(row));
    }
    return new BinaryArray("_int2", data);
  }

  static <T> BinaryArray int4(List<T> rows, ToIntFunction<T> column) {
    byte[] data = header(rows.size(), INT4, rows.size() * 8);
    ByteBuffer out = body(data);
    for (T row : rows) {
      out.putInt(4).putInt(column.applyAsInt(row));
    }
    return new BinaryArray("_int4", data);
  }

  static <T> BinaryArray int8(List<T> rows, ToLongFunction<T> column) {
    byte[] data = header(rows.size(), INT8, rows.size() * 12);
    ByteBuffer out = body(data);
    for (T row : rows) {
      out.putInt(8).putLong(column.applyAsLong(row));
    }
    return new BinaryArray("_int8", data);
  }

  static <T> BinaryArray uuid(List<T> rows, Function<T, UUID> column) {
    byte[] data = header(rows.size(), UUID_OID, rows.size() * 20);
    ByteBuffer out = body(data);
    for (T row : rows) {
      UUID id = column.apply(row);
      out.putInt(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
    return new BinaryArray("_uuid", data);
  }

  static <T> BinaryArray text(List<T> rows, Function<T, String> column) {
    var values = new ArrayList<byte[]>(rows.size());
    for (T row : rows) {
      values.add(column.apply(row).getBytes(StandardCharsets.UTF_8));
    }
    return variable("_text", TEXT, values, value -> value);
  }

  static <T> BinaryArray bytea(List<T> rows, Function<T, byte @Nullable []> column) {
    return variable("_bytea", BYTEA, rows, column);
  }

  private static <T> BinaryArray variable(
      String type, int oid, List<T> rows, Function<T, byte @Nullable []> column) {
    int bytes = 0;
    for (T row : rows) {
      byte[] value = column.apply(row);
      bytes += 4 + (value == null ? 0 : value.length);
    }
    byte[] data = header(rows.size(), oid, bytes);
    ByteBuffer out = body(data);
    for (T row : rows) {
      byte[] value = column.apply(row);
      if (value == null) {
        out.putInt(-1);
      } else {
        out.putInt(value.length).put(value);
      }
    }
    return new BinaryArray(type, data);
  }

  /** One dimension, nulls allowed, lower bound 1. */
  private static byte[] header(int size, int oid, int bytes) {
    byte[] data = new byte[HEADER_BYTES + bytes];
    ByteBuffer.wrap(data).putInt(1).putInt(1).putInt(oid).putInt(size).putInt(1);
    return data;
  }

  private static ByteBuffer body(byte[] data) {
    return ByteBuffer.wrap(data).position(HEADER_BYTES);
  }

  @Override
  public void setByteValue(byte[] value, int offset) {
    throw new UnsupportedOperationException("Only sent, never received");
  }

  @Override
  public int lengthInBytes() {
    return data.length;
  }

  @Override
  public void toBytes(byte[] bytes, int offset) {
    System.arraycopy(data, 0, bytes, offset, data.length);
  }

  @Override
  public @Nullable String getValue() {
    throw new IllegalStateException(
        "Arrays are sent in binary form; the connection lacks binaryTransferEnable=" + OIDS);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public Object clone() throws CloneNotSupportedException {
    return super.clone();
  }
}
