package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.TenantId;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.postgres.PartitionTable;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.eventstore.schema.SchemaTooNewException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStoreSchemaIT {
  private final LogTestbed bed = LogServers.standard();
  private final TestDatabase database = bed.server().take(1);
  private boolean changed;

  @AfterEach
  void giveBack() {
    if (!changed) {
      bed.server().giveBack(database, 1);
    }
  }

  @Test
  void a_schema_of_a_newer_program_is_refused_and_left_alone() {
    changed = true;
    assertThatCode(() -> SchemaMigrations.EVENT_STORE.check(database.pool()))
        .doesNotThrowAnyException();
    database.run(
        "insert into event_store.schema_history select installed_rank + 1, '999912312359', 'from the future', type,"
            + " 'V999912312359__from_the_future.sql', checksum, installed_by, installed_on, execution_time, success"
            + " from event_store.schema_history order by installed_rank desc limit 1");
    assertThatThrownBy(() -> SchemaMigrations.EVENT_STORE.migrate(database.pool()))
        .isInstanceOf(SchemaTooNewException.class)
        .hasMessageContaining("event_store")
        .hasMessageContaining("999912312359");
    assertThatThrownBy(() -> SchemaMigrations.EVENT_STORE.check(database.pool()))
        .isInstanceOf(SchemaTooNewException.class);
  }

  @Test
  void the_readable_view_shows_names_and_plain_bodies() {
    try (var node = bed.open(database, "node-a")) {
      UUID stream = node.placement().newStreamId(0);
      LogContract.await(node.log().append(TestUnit.event(stream, 0)));
    }
    String row =
        database.text(
            "select type || ' ' || stream_type || ' ' || node || ' ' || actor || ' ' || (body::json ->> 'nodeId')"
                + " from event_store.event_readable");
    assertThat(row).isEqualTo("execution.node-completed execution node-a test step");
    assertThat(database.text("select command_id::text from event_store.event_readable"))
        .hasSize(36);
  }

  @Test
  void names_are_stored_once_however_often_nodes_start() {
    for (int i = 0; i < 3; i++) {
      bed.open(database, "node-a").close();
    }
    assertThat(database.count("select count(*) from event_store.event_type"))
        .isEqualTo(EventTypes.standard().all().size());
    assertThat(database.count("select max(id) - min(id) + 1 from event_store.event_type"))
        .isEqualTo(EventTypes.standard().all().size());
    assertThat(database.count("select count(*) from event_store.node")).isEqualTo(1);
  }

  @Test
  void the_roles_of_the_first_migration_exist_and_readers_cannot_write() {
    assertThat(
            database.count(
                "select count(*) from pg_roles where rolname in ('varve_migrator', 'varve_writer', 'varve_query')"))
        .isEqualTo(3);
    assertThat(
            database.text(
                "select has_table_privilege('varve_query', 'event_store.event', 'select')"))
        .isEqualTo("t");
    assertThat(
            database.text(
                "select has_table_privilege('varve_query', 'event_store.event', 'insert')"))
        .isEqualTo("f");
    assertThat(
            database.text(
                "select has_table_privilege('varve_writer', 'event_store.event', 'insert')"))
        .isEqualTo("t");
    assertThat(
            database.text(
                "select has_table_privilege('varve_writer', 'event_store.event', 'update')"))
        .isEqualTo("f");
  }

  @Test
  void partitions_added_to_an_empty_log_share_the_keys_and_later_ones_do_not() throws SQLException {
    changed = true;
    assertThat(PartitionTable.addPartition(database.pool())).isEqualTo(1);
    assertThat(database.count("select count(*) from event_store.slot where partition = 1"))
        .isEqualTo(2_048);
    try (var node = bed.open(database, "node-a")) {
      assertThat(node.log().partitions()).containsExactly(0, 1);
      Set<Integer> used = new HashSet<>();
      for (int i = 0; i < 50; i++) {
        used.add(node.placement().forKey(TenantId.DEFAULT, "key-" + i));
      }
      assertThat(used).containsExactlyInAnyOrder(0, 1);
      LogContract.await(node.log().append(TestUnit.event(node.placement().newStreamId(1), 0)));
    }
    String before =
        database.text("select string_agg(partition::text, '' order by slot) from event_store.slot");
    assertThat(PartitionTable.addPartition(database.pool())).isEqualTo(2);
    assertThat(
            database.text(
                "select string_agg(partition::text, '' order by slot) from event_store.slot"))
        .isEqualTo(before);
    try (var node = bed.open(database, "node-a")) {
      LogContract.await(node.log().append(TestUnit.event(node.placement().newStreamId(2), 0)));
      assertThat(node.log().tail().positions()).hasSize(3);
    }
  }
}
