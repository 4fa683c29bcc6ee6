package dev.varve.command.worker;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decides which addresses the server may connect to on behalf of a definition: public ones, and
 * what an operator allowed. It judges the very address that is connected to, so that no name,
 * redirect or change of DNS leads to the inside.
 *
 * <p>Source of the ranges: the special-purpose address registries of RFC 6890, and the metadata
 * services of cloud providers.
 */
public final class EgressGuard {
  private static final List<CidrBlock> DENIED =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "168.63.129.16/32",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.31.196.0/24",
              "192.52.193.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "192.175.48.0/24",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "2620:4f:8000::/48",
              "3fff::/20")
          .map(CidrBlock::parse)
          .toList();

  /**
   * Global unicast; everything else of IPv6 (loopback, mapped, NAT64, ULA, multicast) is denied.
   */
  private static final CidrBlock IPV6_PUBLIC = CidrBlock.parse("2000::/3");

  private final List<EgressAllow> allowed;

  /**
   * Makes a guard.
   *
   * @param allow exceptions: host or CIDR, with ports, comma-separated; may be empty
   * @throws IllegalArgumentException naming the entry that cannot be read
   */
  public EgressGuard(String allow) {
    this.allowed = EgressAllow.parseList(allow);
  }

  /**
   * Tells whether a connection may be made.
   *
   * @param host the name as the definition gave it
   * @param address what it leads to
   */
  public boolean permits(String host, InetAddress address, int port) {
    return isPublic(address) || allowed.stream().anyMatch(a -> a.allows(host, address, port));
  }

  /** Tells whether {@code address} belongs to the public internet. */
  static boolean isPublic(InetAddress address) {
    boolean candidate =
        switch (address) {
          case Inet4Address _ -> true;
          case Inet6Address six -> IPV6_PUBLIC.contains(six) && six.getScopeId() == 0;
          default -> false;
        };
    return candidate && DENIED.stream().noneMatch(block -> block.contains(address));
  }

  /** Thrown where a connection is about to be made that is not permitted. */
  static final class Blocked extends java.net.SocketException {
    private static final long serialVersionUID = 1L;

    Blocked(String host, int port) {
      super(
          "Expected a public address, but "
              + Messages.plain(host, 200)
              + ":"
              + port
              + " is not one and is not allowed by the setting VARVE_EGRESS_ALLOW");
    }
  }
}
