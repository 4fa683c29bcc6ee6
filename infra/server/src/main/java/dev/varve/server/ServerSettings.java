package dev.varve.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the program; each is a Spring property {@code varve.<name>}, an environment variable
 * {@code VARVE_<NAME>} and a command line flag {@code --<name>}.
 *
 * @param node name of this node, for people; default the host name
 * @param host interface to listen on; another than loopback needs {@code apiKey}; default {@code
 *     127.0.0.1}
 * @param port HTTP port, 0 for any free one; default 8080
 * @param dataDir where the embedded database and files live; default {@code .varve}
 * @param storage {@code embedded}, {@code ephemeral} or {@code postgres}; default {@code embedded},
 *     or {@code postgres} when {@code DATABASE_URL} is set
 * @param apiKey key that every call must carry; null for none (loopback only)
 * @param lease how long a silent node keeps its work, 1 s to 10 min; default 10 s
 * @param egressAllow hosts or CIDRs with ports that HTTP nodes may reach beyond public addresses,
 *     comma separated
 * @param unsafe start although the database does not keep its promises; shown on the health page
 * @param dev start the demo shop and publish the samples
 * @param partitions how many logs the store has at least: an operator adds logs by raising it on
 *     one node and then restarting the others; they never become fewer; default 1
 * @param cacheEntries executions whose state is kept in memory, count; default 20,000
 * @param snapshotEvery events of one execution between snapshots, count; default 500
 * @param workers most attempts that run at once in this process, count; default 1,000
 * @param receipts how long a repeated command is recognised, at least 1 h; default 7 d
 */
@ConfigurationProperties("varve")
public record ServerSettings(
    @Nullable String node,
    @DefaultValue("127.0.0.1") String host,
    @DefaultValue("8080") int port,
    @DefaultValue(".varve") Path dataDir,
    @Nullable String storage,
    @Nullable String apiKey,
    @DefaultValue("10s") Duration lease,
    @DefaultValue("") String egressAllow,
    @DefaultValue("false") boolean unsafe,
    @DefaultValue("false") boolean dev,
    @DefaultValue("1") int partitions,
    @DefaultValue("20000") int cacheEntries,
    @DefaultValue("500") int snapshotEvery,
    @DefaultValue("1000") int workers,
    @DefaultValue("7d") Duration receipts) {

  /**
   * Checks what must hold.
   *
   * @throws SettingsException when a setting is out of its range; names the setting and the remedy
   */
  public ServerSettings {
    if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new SettingsException("lease", "Expected 1s to 10m, but was " + lease);
    }
    if (receipts.compareTo(Duration.ofHours(1)) < 0) {
      throw new SettingsException("receipts", "Expected at least 1h, but was " + receipts);
    }
    if (partitions < 1 || partitions > 4_096) {
      throw new SettingsException("partitions", "Expected 1 to 4096, but was " + partitions);
    }
    if (!isLoopback(host) && (apiKey == null || apiKey.isBlank())) {
      throw new SettingsException(
          "host",
          "Listening on "
              + host
              + " opens the server to others. Set VARVE_API_KEY to a long random text, or listen on"
              + " 127.0.0.1");
    }
  }

  /** Returns the node's name. */
  public String nodeName() {
    if (node != null && !node.isBlank()) {
      return node;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new SettingsException("host", "Expected an interface of this machine, but was " + host);
    }
  }
}
