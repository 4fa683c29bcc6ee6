package dev.varve.command.worker;

import java.net.InetAddress;

/**
 * A range of addresses.
 *
 * @param network its first address; of the same family as those it contains
 * @param bits how many leading bits are fixed
 */
record CidrBlock(InetAddress network, int bits) {
  CidrBlock {
    if (bits < 0 || bits > network.getAddress().length * 8) {
      throw new IllegalArgumentException("Expected a prefix length that fits " + network);
    }
  }

  /**
   * Reads {@code address} or {@code address/bits}.
   *
   * @throws IllegalArgumentException when {@code text} is neither
   */
  static CidrBlock parse(String text) {
    int slash = text.indexOf('/');
    InetAddress network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    int all = network.getAddress().length * 8;
    return new CidrBlock(network, slash < 0 ? all : Integer.parseInt(text.substring(slash + 1)));
  }

  boolean contains(InetAddress address) {
    byte[] mine = network.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += 8) {
      int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit)) & 0xff;
      if ((mine[bit / 8] & mask) != (other[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
