package dev.varve.testkit.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.eventstore.axon.ParkedSequences;
import dev.varve.eventstore.axon.SequenceParking;
import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionQueries;
import dev.varve.query.statistics.StatisticsProjection;
import dev.varve.testkit.fault.Reported;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A stream whose events cannot be handled is set aside alone; what is only a bad moment of the
 * database sets nothing aside.
 */
class ParkingIT {
  private static final int BATCH = 200;
  private static final int STREAMS = 40;

  private final List<UUID> streams = new ArrayList<>();
  private ReadSide side;
  private ReadScenario scenario;
  private BoundTransactions transactions;

  @BeforeEach
  void open() throws SQLException {
    side = ReadSide.open(1);
    scenario = new ReadScenario(side);
    transactions = new BoundTransactions(side.dataSource());
    for (int i = 0; i < STREAMS; i++) {
      streams.add(side.placement().newStreamId(0));
    }
  }

  @AfterEach
  void close() {
    side.close();
  }

  @Reported(id = "B10")
  @Test
  void a_poison_stream_of_executions_is_parked_alone_and_retried() {
    poisonThenRetry(
        follow(new ExecutionProjection(side.dataSource(), side.progress())),
        "execution",
        List.of("execution", "execution_node", "execution_attempt"));
  }

  @Reported(id = "B10")
  @Test
  void a_poison_stream_of_statistics_is_parked_alone_and_counted_when_it_is_retried() {
    poisonThenRetry(
        follow(new StatisticsProjection(side.dataSource(), side.progress())),
        "execution_statistics_open",
        List.of("execution_statistics", "execution_statistics_open"));
  }

  private void poisonThenRetry(Projection projection, String table, List<String> tables) {
    UUID poison = streams.get(17);
    forbid(table, poison);
    start();
    side.awaitCaughtUp(projection);
    ParkedSequences parked = parked(projection);
    assertThat(parked.list(projection.name()))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.streamId()).isEqualTo(poison);
          assertThat(one.events()).isEqualTo(1);
          assertThat(one.cause()).contains("poison");
        });
    assertThat(shown(projection)).isEqualTo(1);

    cancel(poison);
    cancel(streams.get(18));
    side.awaitCaughtUp(projection);
    assertThat(parked.list(projection.name()).getFirst().events()).isEqualTo(2);

    side.execute("alter table read_model." + table + " drop constraint poison");
    assertThat(parked.retry(projection.name(), poison)).isEqualTo(2);
    assertThat(parked.retry(projection.name(), poison)).isEqualTo(-1);
    assertThat(shown(projection)).isZero();
    cancel(streams.get(19));
    side.awaitCaughtUp(projection);
    Map<String, List<String>> live = side.rows(tables);

    side.rebuild(projection);
    side.awaitCaughtUp(projection);
    assertThat(side.rows(tables)).isEqualTo(live);
  }

  @Test
  void a_retry_that_fails_again_changes_nothing_but_the_count_of_tries() {
    Projection projection = follow(new ExecutionProjection(side.dataSource(), side.progress()));
    UUID poison = streams.get(5);
    forbid("execution", poison);
    start();
    side.awaitCaughtUp(projection);
    ParkedSequences parked = parked(projection);
    assertThatThrownBy(() -> parked.retry(projection.name(), poison))
        .isInstanceOf(ParkedSequences.StillFailing.class)
        .hasMessageContaining("poison");
    assertThat(parked.list(projection.name()).getFirst().tries()).isEqualTo(4);
    assertThat(shown(projection)).isEqualTo(1);
    assertThat(executions()).isEqualTo(STREAMS - 1);
  }

  @Reported(id = "B10")
  @Test
  void what_is_discarded_keeps_its_reason_and_no_longer_counts() {
    Projection projection = follow(new ExecutionProjection(side.dataSource(), side.progress()));
    UUID poison = streams.getFirst();
    forbid("execution", poison);
    start();
    side.awaitCaughtUp(projection);
    ParkedSequences parked = parked(projection);
    assertThat(parked.discard(projection.name(), streams.getLast(), "no")).isFalse();
    assertThat(parked.discard(projection.name(), poison, "a test order")).isTrue();

    cancel(poison);
    side.awaitCaughtUp(projection);
    assertThat(shown(projection)).isZero();
    assertThat(parked.holding(projection.name())).isZero();
    assertThat(parked.list(projection.name()))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.reason()).isEqualTo("a test order");
          assertThat(one.discardedAt()).isNotNull();
          assertThat(one.events()).isEqualTo(2);
        });

    side.execute("alter table read_model.execution drop constraint poison");
    side.rebuild(projection);
    side.awaitCaughtUp(projection);
    assertThat(parked.list(projection.name())).isEmpty();
    assertThat(executions()).isEqualTo(STREAMS);
  }

  @Reported(id = "B11")
  @Test
  void a_serialization_failure_is_tried_again_and_parks_nothing() {
    failFirst(4, "40001");
    Projection projection = follow(new ExecutionProjection(side.dataSource(), side.progress()));
    start();
    side.awaitCaughtUp(projection);
    assertThat(parked(projection).list(projection.name())).isEmpty();
    assertThat(executions()).isEqualTo(STREAMS);
  }

  @Reported(id = "B11")
  @Test
  void a_handler_that_fails_three_times_and_then_works_parks_nothing() {
    failFirst(3, "P0001");
    Projection projection = follow(new ExecutionProjection(side.dataSource(), side.progress()));
    start();
    side.awaitCaughtUp(projection);
    assertThat(parked(projection).list(projection.name())).isEmpty();
    assertThat(executions()).isEqualTo(STREAMS);
  }

  @Reported(id = "B11")
  @Test
  void a_lost_connection_parks_nothing() {
    Projection projection = follow(new ExecutionProjection(side.dataSource(), side.progress()));
    for (UUID stream : streams) {
      scenario.start(TenantId.DEFAULT, stream, null, Map.of());
      side.execute(
          "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid()"
              + " and datname = current_database() and application_name like 'PostgreSQL JDBC%'"
              + " and query like '%projection_token%'");
    }
    side.awaitCaughtUp(projection);
    assertThat(parked(projection).list(projection.name())).isEmpty();
    assertThat(executions()).isEqualTo(STREAMS);
  }

  @Reported(id = "B11")
  @Test
  void when_everything_fails_nothing_is_parked_and_the_projection_waits() {
    side.execute("create sequence tried");
    side.execute(
        "create function refuse() returns trigger language plpgsql as $$ begin"
            + " if nextval('tried') > 0 then raise exception 'refused'; end if; return new; end $$");
    side.execute(
        "create trigger refuse before insert on read_model.execution for each row execute function refuse()");
    start();
    Projection projection = follow(new ExecutionProjection(side.dataSource(), side.progress()));
    until(() -> count("select last_value from tried") > 60);
    assertThat(parked(projection).list(projection.name())).isEmpty();
    assertThat(executions()).isZero();

    side.execute("drop trigger refuse on read_model.execution");
    side.awaitCaughtUp(projection);
    assertThat(executions()).isEqualTo(STREAMS);
  }

  private Projection follow(Projection made) {
    made.guardWith(new SequenceParking(transactions, 3, 5));
    return side.follow((source, progress) -> made, BATCH);
  }

  private ParkedSequences parked(Projection projection) {
    return new ParkedSequences(
        side.log(), transactions, transactions, Map.of(projection.name(), projection));
  }

  private int shown(Projection projection) {
    return new ProjectionQueries(side.readModel(), name -> "running")
        .list().stream()
            .filter(each -> each.name().equals(projection.name()))
            .findFirst()
            .orElseThrow()
            .parked();
  }

  private void start() {
    streams.forEach(stream -> scenario.start(TenantId.DEFAULT, stream, null, Map.of()));
  }

  private void cancel(UUID stream) {
    scenario.append(
        stream, List.of(new ExecutionCancelled("no", List.of(new NodePath("reserve")))));
  }

  private void forbid(String table, UUID stream) {
    side.execute(
        "alter table read_model."
            + table
            + " add constraint poison check (execution_id <> '"
            + stream
            + "')");
  }

  /** The first writes of one execution fail with this state. */
  private void failFirst(int times, String state) {
    side.execute("create sequence tried");
    side.execute(
        "create function refuse() returns trigger language plpgsql as $$ begin if new.execution_id = '"
            + streams.get(3)
            + "' and nextval('tried') <= "
            + times
            + " then raise exception 'refused' using errcode = '"
            + state
            + "'; end if; return new; end $$");
    side.execute(
        "create trigger refuse before insert on read_model.execution for each row execute function refuse()");
  }

  private long executions() {
    return count("select count(*) from read_model.execution");
  }

  private long count(String sql) {
    try (var connection = side.dataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
