package dev.varve.command.worker;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One exception from the egress guard, e.g. {@code shop.internal:8080}, {@code 10.1.0.0/16:443},
 * {@code [::1]:9090}.
 *
 * @param host a host name in lower case; null when {@code block} is given
 * @param block a range of addresses; null when {@code host} is given
 * @param portFrom lowest port
 * @param portTo highest port
 */
record EgressAllow(@Nullable String host, @Nullable CidrBlock block, int portFrom, int portTo) {
  private static final int PORT_MAX = 65_535;

  /**
   * Reads a comma-separated list; entries without a port allow every port.
   *
   * @throws IllegalArgumentException naming the entry that cannot be read
   */
  static List<EgressAllow> parseList(String text) {
    var entries = new ArrayList<EgressAllow>();
    for (String each : text.split(",", -1)) {
      String entry = each.strip();
      if (!entry.isEmpty()) {
        entries.add(parse(entry));
      }
    }
    return List.copyOf(entries);
  }

  private static EgressAllow parse(String entry) {
    try {
      int closing = entry.startsWith("[") ? entry.indexOf(']') : -1;
      if (closing > 0) {
        String rest = entry.substring(closing + 1);
        int colon = rest.lastIndexOf(':');
        String bits = colon < 0 ? rest : rest.substring(0, colon);
        return of(entry.substring(1, closing) + bits, colon < 0 ? "" : rest.substring(colon + 1));
      }
      int first = entry.indexOf(':');
      // More than one colon without brackets is an IPv6 address without a port.
      return first < 0 || first != entry.lastIndexOf(':')
          ? of(entry, "")
          : of(entry.substring(0, first), entry.substring(first + 1));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "Expected host or CIDR with an optional port, but got '" + entry + "'", wrong);
    }
  }

  private static EgressAllow of(String target, String ports) {
    int from = 0;
    int to = PORT_MAX;
    if (!ports.isEmpty()) {
      int dash = ports.indexOf('-');
      from = Integer.parseInt(dash < 0 ? ports : ports.substring(0, dash));
      to = dash < 0 ? from : Integer.parseInt(ports.substring(dash + 1));
      if (from < 1 || to > PORT_MAX || to < from) {
        throw new IllegalArgumentException("Expected ports from 1 to " + PORT_MAX);
      }
    }
    boolean address = target.indexOf(':') >= 0 || target.matches("[0-9./]+");
    if (address) {
      return new EgressAllow(null, CidrBlock.parse(target), from, to);
    }
    if (!target.matches("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")) {
      throw new IllegalArgumentException("Expected a host name");
    }
    return new EgressAllow(target.toLowerCase(Locale.ROOT), null, from, to);
  }

  boolean allows(String name, InetAddress address, int port) {
    if (port < portFrom || port > portTo) {
      return false;
    }
    if (block != null) {
      return block.contains(address);
    }
    return name.equalsIgnoreCase(host);
  }
}
