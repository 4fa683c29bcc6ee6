package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the tables by SQL alone and computes the chain by the words of {@code
 * infra/docs/event-format.md}. Shares no code with the store: it is the second implementation that
 * shows the format is written down well enough.
 */
public final class TableChecker {
  private final TestDatabase database;

  /** Checks one database. */
  public TableChecker(TestDatabase database) {
    this.database = database;
  }

  /**
   * Checks every partition: dense positions, times that never decrease, dense streams, the chain.
   */
  public void check() {
    for (long partition :
        database.longs("select partition from event_store.log_partition order by 1")) {
      String from = " from event_store.event where partition = " + partition;
      assertThat(database.count("select count(*)" + from))
          .as("events of partition %s, if positions are dense from 1", partition)
          .isEqualTo(database.count("select coalesce(max(position), 0)" + from));
      assertThat(database.count("select coalesce(min(position), 1)" + from)).isEqualTo(1);
      assertThat(
              database.count(
                  "select count(*) from (select recorded_at < lag(recorded_at) over (order by position) as back"
                      + from
                      + ") x where back"))
          .as("times that go back in partition %s", partition)
          .isZero();
      assertThat(
              database.count(
                  "select count(*) from (select stream_id"
                      + from
                      + " group by stream_id having min(sequence) <> 0 or max(sequence) + 1 <> count(*)) x"))
          .as("streams of partition %s with a hole", partition)
          .isZero();
      assertThat(
              database.count(
                  "select count(*) from (select sequence <= lag(sequence) over (partition by stream_id order by position) as back"
                      + from
                      + ") x where back"))
          .as("streams of partition %s out of order", partition)
          .isZero();
      assertThat(firstBreak((int) partition))
          .as("first position of partition %s that breaks the chain", partition)
          .isNull();
    }
  }

  /** Returns the first position whose hash is not what the format says; null when there is none. */
  public @Nullable Long firstBreak(int partition) {
    String sql =
        """
        select e.position, e.stream_id, e.sequence, e.event_id, e.revision, e.command_offset, t.stream_type,
               t.name, e.tenant_id, n.name, e.metadata, e.payload, e.hash,
               (extract(epoch from e.recorded_at) * 1000000)::int8
          from event_store.event e
          join event_store.event_type t on t.id = e.type
          join event_store.node n on n.id = e.node
         where e.partition = %d order by e.position
        """
            .formatted(partition);
    try (Connection connection = database.pool().getConnection();
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      byte[] previous = new byte[32];
      while (row.next()) {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        byte[] envelope = sha.digest(envelope(row, sha.digest(row.getBytes(12))));
        var leaf = new ByteArrayOutputStream();
        var out = new DataOutputStream(leaf);
        out.writeShort(partition);
        out.writeLong(row.getLong(1));
        out.writeLong(row.getLong(14));
        out.write(envelope);
        sha.update(previous);
        byte[] hash = sha.digest(leaf.toByteArray());
        if (!HexFormat.of().formatHex(hash).equals(HexFormat.of().formatHex(row.getBytes(13)))) {
          return row.getLong(1);
        }
        previous = hash;
      }
      return null;
    } catch (SQLException | IOException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("The chain of partition " + partition + " cannot be read", e);
    }
  }

  private static byte[] envelope(ResultSet row, byte[] payloadDigest)
      throws SQLException, IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeByte(1);
    uuid(out, row.getObject(2, UUID.class));
    out.writeLong(row.getLong(3));
    uuid(out, row.getObject(4, UUID.class));
    out.writeShort(row.getInt(5));
    out.writeShort(row.getInt(6));
    for (int column = 7; column <= 10; column++) {
      byte[] text = row.getString(column).getBytes(StandardCharsets.UTF_8);
      out.writeShort(text.length);
      out.write(text);
    }
    byte[] metadata = row.getBytes(11);
    out.writeInt(metadata == null ? -1 : metadata.length);
    if (metadata != null) {
      out.write(metadata);
    }
    out.write(payloadDigest);
    return bytes.toByteArray();
  }

  private static void uuid(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }
}
