package dev.varve.api.common;

import java.util.UUID;

/**
 * The id of one execution; equal to the id of its stream.
 *
 * @param value UUIDv7 shape, carries the partition
 */
public record ExecutionId(UUID value) {
  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when {@code text} is no UUID
   */
  public static ExecutionId parse(String text) {
    return new ExecutionId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
