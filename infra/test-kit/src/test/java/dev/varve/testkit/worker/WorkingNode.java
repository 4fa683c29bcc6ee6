package dev.varve.testkit.worker;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.api.common.TenantId;
import dev.varve.command.axon.CommandSide;
import dev.varve.command.axon.CommandSideSettings;
import dev.varve.command.axon.DefinitionCatalog;
import dev.varve.command.axon.SnapshotPolicy;
import dev.varve.command.mailbox.DefinitionCommands;
import dev.varve.command.mailbox.ExecutionBatches;
import dev.varve.command.mailbox.Mailbox;
import dev.varve.command.mailbox.MailboxSettings;
import dev.varve.command.port.CommitListener;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.LogLookup;
import dev.varve.command.port.Snapshots;
import dev.varve.command.worker.Dispatcher;
import dev.varve.command.worker.DispatcherSettings;
import dev.varve.command.worker.Handlers;
import dev.varve.command.worker.TaskHandler;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.axon.CommitInterceptor;
import dev.varve.eventstore.axon.ConnectionSource;
import dev.varve.eventstore.axon.LogEventStore;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.ProcessorSettings;
import dev.varve.eventstore.axon.ProjectionProcessors;
import dev.varve.eventstore.axon.SnapshotSource;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.WriterConnections;
import dev.varve.workqueue.Leases;
import dev.varve.workqueue.Recovery;
import dev.varve.workqueue.Timers;
import dev.varve.workqueue.WorkProjection;
import dev.varve.workqueue.WorkSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.TransactionStatus;

/** One node that decides and works: everything of a server behind its doors, but no read models. */
final class WorkingNode implements AutoCloseable {
  private static final int PAGE = 100;

  final Incarnation self;
  final PostgresEventLog log;
  final Mailbox mailbox;
  final Dispatcher dispatcher;
  private final HikariDataSource source;
  private final DatabaseClock clock;
  private final Leases leases;
  private final Recovery recovery;
  private final Timers timers;
  private final ProjectionProcessors processors;
  private final PooledStreamingEventProcessor work;

  WorkingNode(String name, WorkDatabase database, WorkSettings settings, TaskHandler handler)
      throws SQLException {
    this.self = new Incarnation(name + "-" + UUID.randomUUID(), name);
    this.source = pool(database);
    this.clock = DatabaseClock.start(source);
    this.log = open(name, database);
    var listener = new AtomicReference<CommitListener>(_ -> {});
    this.mailbox = mailbox(commit -> listener.get().committed(commit));
    this.leases = new Leases(source, self, settings);
    this.dispatcher =
        new Dispatcher(
            mailbox,
            self,
            clock::now,
            leases,
            new Handlers(handler, List.of(handler)),
            DispatcherSettings.DEFAULT);
    this.recovery = new Recovery(source, mailbox, self, leases, dispatcher, settings);
    this.timers = new Timers(source, mailbox, self, clock::now, leases, settings);
    listener.set(this::committed);
    this.processors =
        new ProjectionProcessors(
            log,
            transactions(),
            new PostgresTokenStore(connections(), self.id(), Duration.ofSeconds(2)),
            new ProcessorSettings(
                512, Duration.ofMillis(5), Duration.ofMillis(200), Duration.ofSeconds(2)));
    this.work = processors.build(WorkProjection.NAME, 0, new WorkProjection(source));
    leases.start(dispatcher);
    work.start();
    recovery.start();
    timers.start();
  }

  private void committed(ExecutionCommit commit) {
    dispatcher.committed(commit);
    timers.committed(commit);
  }

  private static HikariDataSource pool(WorkDatabase database) {
    var config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(8);
    return new HikariDataSource(config);
  }

  private PostgresEventLog open(String name, WorkDatabase database) throws SQLException {
    var settings = EventLogSettings.of(name);
    return PostgresEventLog.open(
        settings,
        WriterConnections.direct(
            database.url(), database.user(), database.password(), settings.timeouts()),
        source,
        EventTypes.standard(),
        clock);
  }

  private Mailbox mailbox(CommitListener listener) {
    LogLookup lookup = new Lookup(log);
    var events = new LogEventStore(log, SnapshotSource.NONE, PAGE);
    var catalog = new DefinitionCatalog(events, lookup, Chains::compile, 100);
    var bus = SimpleCommandBus.builder().build();
    bus.registerHandlerInterceptor(new CommitInterceptor(log, Duration.ofMinutes(2)));
    new CommandSide(
            clock::now,
            self,
            catalog,
            new SnapshotPolicy(new NoSnapshots(), catalog, 1_000),
            CommandSideSettings.DEFAULT)
        .subscribe(bus, events);
    int retries = MailboxSettings.DEFAULT.conflictRetriesMax();
    return new Mailbox(
        new ExecutionBatches(bus, lookup, listener, retries),
        new DefinitionCommands(bus, lookup, log.placement(), catalog::published, retries),
        MailboxSettings.DEFAULT);
  }

  private TransactionManager transactions() {
    var manager = new DataSourceTransactionManager(source);
    return () -> {
      TransactionStatus status = manager.getTransaction(null);
      return new Transaction() {
        @Override
        public void commit() {
          manager.commit(status);
        }

        @Override
        public void rollback() {
          manager.rollback(status);
        }
      };
    };
  }

  private ConnectionSource connections() {
    return new ConnectionSource() {
      @Override
      public <T extends @Nullable Object> T with(Work<T> task) throws SQLException {
        Connection connection = DataSourceUtils.getConnection(source);
        try {
          return task.apply(connection);
        } finally {
          DataSourceUtils.releaseConnection(connection, source);
        }
      }
    };
  }

  /**
   * Cuts the node off from its database for ever: nothing is released, as if it had been killed.
   */
  void kill() {
    source.close();
    log.close();
  }

  @Override
  public void close() {
    timers.close();
    recovery.close();
    boolean _ = dispatcher.stop(Duration.ofMillis(100));
    if (!source.isClosed()) {
      leases.close();
      work.shutDown();
      log.close();
    }
    processors.close();
    clock.close();
    source.close();
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

  private static final class NoSnapshots implements Snapshots {
    @Override
    public @Nullable Stored find(UUID streamId, int stateRevision) {
      return null;
    }

    @Override
    public void save(TenantId tenant, Stored snapshot) {
      // A cache: keeping nothing is always right.
    }
  }
}
