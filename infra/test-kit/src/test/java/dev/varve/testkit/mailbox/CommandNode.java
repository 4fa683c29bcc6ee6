package dev.varve.testkit.mailbox;

import dev.varve.api.common.TenantId;
import dev.varve.command.axon.CommandSide;
import dev.varve.command.axon.CommandSideSettings;
import dev.varve.command.axon.DefinitionCatalog;
import dev.varve.command.axon.SnapshotPolicy;
import dev.varve.command.mailbox.DefinitionCommands;
import dev.varve.command.mailbox.ExecutionBatches;
import dev.varve.command.mailbox.Mailbox;
import dev.varve.command.mailbox.MailboxSettings;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.LogLookup;
import dev.varve.command.port.Snapshots;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.SnapshotStore;
import dev.varve.eventstore.axon.CommitInterceptor;
import dev.varve.eventstore.axon.LogEventStore;
import dev.varve.eventstore.axon.SnapshotSource;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.PostgresSnapshots;
import dev.varve.eventstore.postgres.WriterConnections;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command side of one node on a database: everything a server has between the doors and the
 * log.
 */
final class CommandNode implements AutoCloseable {
  static final int SNAPSHOT_EVERY = 10;
  private static final int PAGE = 100;

  final ConcurrentLinkedQueue<ExecutionCommit> commits = new ConcurrentLinkedQueue<>();
  final PostgresEventLog log;
  final Mailbox mailbox;
  final DefinitionCatalog catalog;
  final Incarnation incarnation;
  final PostgresSnapshots snapshots;
  private final DatabaseClock clock;

  CommandNode(String name, TestDatabase database) throws SQLException {
    this(name, database, MailboxSettings.DEFAULT);
  }

  CommandNode(String name, TestDatabase database, MailboxSettings settings) throws SQLException {
    this(EventLogSettings.of(name), database, settings, connections(name, database));
  }

  /** Opens a node whose writers connect in a way of the test's own. */
  CommandNode(
      EventLogSettings logSettings,
      TestDatabase database,
      MailboxSettings settings,
      WriterConnections connections)
      throws SQLException {
    String name = logSettings.node();
    this.clock = DatabaseClock.start(database.source());
    this.log =
        PostgresEventLog.open(
            logSettings, connections, database.source(), EventTypes.standard(), clock);
    this.incarnation = new Incarnation(name + "-" + UUID.randomUUID(), name);
    this.snapshots = new PostgresSnapshots(database.source());
    LogLookup lookup = new Lookup(log);
    this.catalog =
        new DefinitionCatalog(
            new LogEventStore(log, SnapshotSource.NONE, PAGE), lookup, Shapes::compile, 100);
    var policy = new SnapshotPolicy(new KeptStates(snapshots), catalog, SNAPSHOT_EVERY);
    var bus = SimpleCommandBus.builder().build();
    bus.registerHandlerInterceptor(new CommitInterceptor(log));
    new CommandSide(clock::now, incarnation, catalog, policy, CommandSideSettings.DEFAULT)
        .subscribe(bus, new LogEventStore(log, stream -> snapshot(policy, stream), PAGE));
    this.mailbox =
        new Mailbox(
            new ExecutionBatches(bus, lookup, commits::add, settings.conflictRetriesMax()),
            new DefinitionCommands(
                bus, lookup, log.placement(), catalog::published, settings.conflictRetriesMax()),
            settings);
  }

  private static WriterConnections connections(String name, TestDatabase database) {
    return WriterConnections.direct(
        database.url(), database.user(), database.password(), EventLogSettings.of(name).timeouts());
  }

  private static SnapshotSource.@Nullable Snapshot snapshot(SnapshotPolicy policy, UUID stream) {
    var restored = policy.find(stream);
    return restored == null
        ? null
        : new SnapshotSource.Snapshot("execution", restored.sequence(), restored);
  }

  @Override
  public void close() {
    log.close();
    clock.close();
  }

  private record Lookup(PostgresEventLog log) implements LogLookup {
    @Override
    public @Nullable FirstAnswer findReceipt(int partition, TenantId tenant, String key) {
      Receipt found = log.findReceipt(partition, tenant, key);
      return found == null ? null : new FirstAnswer(found.bodyHash(), found.committed());
    }

    @Override
    public @Nullable UUID findKeyOwner(TenantId tenant, String scope, String key) {
      return log.findKeyOwner(tenant, scope, key);
    }
  }

  private record KeptStates(SnapshotStore store) implements Snapshots {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Override
    public @Nullable Stored find(UUID streamId, int stateRevision) {
      SnapshotStore.Snapshot found = store.find(streamId, stateRevision);
      return found == null
          ? null
          : new Stored(
              streamId, found.sequence(), found.stateRevision(), JSON.readTree(found.payload()));
    }

    @Override
    public void save(TenantId tenant, Stored snapshot) {
      store.save(
          tenant,
          new SnapshotStore.Snapshot(
              snapshot.streamId(),
              snapshot.sequence(),
              snapshot.stateRevision(),
              JSON.writeValueAsBytes(snapshot.state())));
    }
  }
}
