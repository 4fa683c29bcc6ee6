package dev.varve.command.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressGuardTest {
  private final EgressGuard strict = new EgressGuard("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void an_address_of_the_inside_is_denied(String address) {
    assertThat(strict.permits(address, InetAddress.ofLiteral(address), 443)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.1.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.1.1",
        "192.169.1.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
        "::ffff:8.8.8.8"
      })
  void a_public_address_is_permitted(String address) {
    assertThat(strict.permits(address, InetAddress.ofLiteral(address), 443)).isTrue();
  }

  @Test
  void an_exception_holds_for_its_port_only() {
    var guard = new EgressGuard(" 127.0.0.1:9090 , 10.1.0.0/16:8000-8100,[::1]:9090, [fd00::]/8:1");

    assertThat(guard.permits("x", InetAddress.ofLiteral("127.0.0.1"), 9090)).isTrue();
    assertThat(guard.permits("x", InetAddress.ofLiteral("127.0.0.1"), 9091)).isFalse();
    assertThat(guard.permits("x", InetAddress.ofLiteral("127.0.0.2"), 9090)).isFalse();
    assertThat(guard.permits("x", InetAddress.ofLiteral("10.1.255.1"), 8100)).isTrue();
    assertThat(guard.permits("x", InetAddress.ofLiteral("10.2.0.1"), 8100)).isFalse();
    assertThat(guard.permits("x", InetAddress.ofLiteral("10.1.0.1"), 8101)).isFalse();
    assertThat(guard.permits("x", InetAddress.ofLiteral("::1"), 9090)).isTrue();
    assertThat(guard.permits("x", InetAddress.ofLiteral("::1"), 9091)).isFalse();
    assertThat(guard.permits("x", InetAddress.ofLiteral("fd12::1"), 1)).isTrue();
  }

  @Test
  void an_exception_by_name_holds_for_that_name_only() {
    var guard = new EgressGuard("shop.internal:8080,::1");

    assertThat(guard.permits("Shop.Internal", InetAddress.ofLiteral("10.0.0.1"), 8080)).isTrue();
    assertThat(guard.permits("other.internal", InetAddress.ofLiteral("10.0.0.1"), 8080)).isFalse();
    assertThat(guard.permits("shop.internal", InetAddress.ofLiteral("10.0.0.1"), 81)).isFalse();
    assertThat(guard.permits("x", InetAddress.ofLiteral("::1"), 81)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "host:0",
        "host:x",
        "host:70000",
        "10.0.0.0/",
        "a b",
        "host:9-1",
        "http://host",
        "[::1"
      })
  void a_wrong_entry_is_named(String entry) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EgressGuard("127.0.0.1:1," + entry))
        .withMessageContaining("'" + entry + "'");
  }
}
