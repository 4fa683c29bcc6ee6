package dev.varve.command.worker;

import java.time.Duration;

/**
 * Limits of {@code http} nodes.
 *
 * @param responseBytesMax largest body of a response, in bytes
 * @param connectTimeout longest time to resolve, connect and shake hands, each
 * @param totalTimeout longest time of one request with its response when the node has no timeout
 * @param retryAfterMax longest wait that is accepted from {@code Retry-After}
 * @param connectionsMax most connections at once
 */
public record HttpSettings(
    int responseBytesMax,
    Duration connectTimeout,
    Duration totalTimeout,
    Duration retryAfterMax,
    int connectionsMax) {
  /** 1 MiB, 10 s, 30 s, 1 h, 500 connections. */
  public static final HttpSettings DEFAULT =
      new HttpSettings(
          1024 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofHours(1), 500);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public HttpSettings {
    if (responseBytesMax < 1 || connectionsMax < 1) {
      throw new IllegalArgumentException("Expected positive limits of bytes and connections");
    }
    if (connectTimeout.toMillis() < 1 || totalTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("Expected timeouts of at least 1 ms");
    }
  }
}
