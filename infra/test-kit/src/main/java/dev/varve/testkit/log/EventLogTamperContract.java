package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.verify.ChainVerifier;
import dev.varve.eventstore.verify.Verdict;
import dev.varve.testkit.fault.Reported;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is changed by SQL without computing the chain again is found, and the first bad position
 * is named.
 */
@Reported(id = "F08")
public abstract class EventLogTamperContract extends LogContract {
  private static final int EVENTS = 12;
  private static final int BAD = 7;

  private int partition;

  /** Runs on a testbed. */
  protected EventLogTamperContract(LogTestbed bed) {
    super(bed);
  }

  /** Writes a few events. */
  @BeforeEach
  public void fill() {
    UUID stream = stream();
    partition = TestUnit.event(stream, 0).partition();
    for (int i = 0; i < EVENTS; i += 2) {
      append(TestUnit.of(stream, i).command(2).unit());
    }
  }

  /** The table is broken on purpose here. */
  @Override
  void checkTables() {}

  @Test
  void an_untouched_log_is_intact() throws SQLException {
    Verdict verdict = verify();
    assertThat(verdict.intact()).isTrue();
    assertThat(verdict.checked()).isEqualTo(EVENTS);
    assertThat(new ChainVerifier(database.pool()).verify(partition, 5, 9).checked()).isEqualTo(5);
    assertThat(new TableChecker(database).firstBreak(partition)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void a_log_that_grows_while_it_is_verified_is_intact(int query) throws SQLException {
    UUID other = node.placement().newStreamId(partition);
    var growing = new BeforeQuery(database.pool(), query, () -> append(TestUnit.event(other, 0)));
    Verdict verdict = new ChainVerifier(growing).verify(partition);
    assertThat(growing.asked()).as("queries, so that it grew").isGreaterThanOrEqualTo(query);
    assertThat(verdict.problem()).isNull();
    assertThat(verdict.checked()).isBetween((long) EVENTS, EVENTS + 1L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "payload = set_byte(payload, 30, get_byte(payload, 30) # 1)",
        "metadata = set_byte(metadata, 5, get_byte(metadata, 5) # 1)",
        "metadata = null",
        "hash = set_byte(hash, 31, get_byte(hash, 31) # 1)",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "tenant_id = 'other'",
        "stream_id = gen_random_uuid()",
        "event_id = gen_random_uuid()",
        "sequence = 1000",
        "revision = revision + 1",
        "command_offset = command_offset + 1",
        "type = (select max(id) from event_store.event_type where id <> type)",
        "node = node + 1"
      })
  void a_change_of_any_column_is_found(String change) throws SQLException {
    database.run("update event_store.event set " + change + where(BAD));
    expect(BAD, "altered");
  }

  @Test
  void a_deleted_row_is_found() throws SQLException {
    database.run("delete from event_store.event" + where(BAD));
    expect(BAD, "missing");
  }

  @Test
  void a_row_moved_away_to_another_partition_is_found() throws SQLException {
    database.run("update event_store.event set partition = 4000" + where(BAD));
    expect(BAD, "missing");
  }

  @Test
  void a_cut_off_end_is_found_by_who_knows_how_long_the_log_was() throws SQLException {
    database.run(
        "delete from event_store.event where partition = " + partition + " and position > 9");
    assertThat(verify().intact()).isTrue();
    Verdict verdict = new ChainVerifier(database.pool()).verify(partition, 1, EVENTS);
    assertThat(verdict.problem()).isNotNull();
    assertThat(problem(verdict).position()).isEqualTo(10);
  }

  @Test
  void an_inserted_row_is_found() throws SQLException {
    database.run(
        "update event_store.event set position = -position where partition = "
            + partition
            + " and position >= "
            + BAD,
        "update event_store.event set position = 1 - position where partition = "
            + partition
            + " and position < 0",
        copy(BAD + 1, BAD));
    expect(BAD, "altered");
  }

  @Test
  void a_row_added_at_the_end_is_found() throws SQLException {
    database.run(copy(EVENTS, EVENTS + 1));
    expect(EVENTS + 1, "altered");
  }

  @Test
  void exchanged_rows_are_found() throws SQLException {
    database.run(
        "update event_store.event set position = -1" + where(BAD),
        "update event_store.event set position = " + BAD + where(BAD + 2),
        "update event_store.event set position = " + (BAD + 2) + where(-1));
    expect(BAD, "altered");
  }

  @Test
  void a_renamed_event_type_is_found() throws SQLException {
    database.run("update event_store.event_type set name = name || '-x'");
    expect(1, "altered");
  }

  private String where(long position) {
    return " where partition = " + partition + " and position = " + position;
  }

  private String copy(long from, long to) {
    return "insert into event_store.event select partition, type, revision, command_offset, "
        + to
        + ", sequence + 1000, recorded_at, stream_id, gen_random_uuid(), node, tenant_id, metadata, payload, hash"
        + " from event_store.event"
        + where(from);
  }

  private Verdict verify() throws SQLException {
    return new ChainVerifier(database.pool()).verify(partition);
  }

  private void expect(long position, String code) throws SQLException {
    Verdict verdict = verify();
    assertThat(verdict.intact()).isFalse();
    assertThat(problem(verdict).position()).as("first bad position").isEqualTo(position);
    assertThat(problem(verdict).code()).isEqualTo(code);
    assertThat(verdict.checked()).isEqualTo(position - 1);
  }

  private static Verdict.Problem problem(Verdict verdict) {
    Verdict.@Nullable Problem problem = verdict.problem();
    assertThat(problem).isNotNull();
    return java.util.Objects.requireNonNull(problem);
  }
}
