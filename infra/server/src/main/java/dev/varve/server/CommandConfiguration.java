package dev.varve.server;

import dev.varve.api.log.Partitions;
import dev.varve.command.axon.CommandSide;
import dev.varve.command.axon.CommandSideSettings;
import dev.varve.command.axon.DefinitionCatalog;
import dev.varve.command.axon.Restored;
import dev.varve.command.axon.SnapshotPolicy;
import dev.varve.command.core.execution.ExecutionState;
import dev.varve.command.expression.CelExpressions;
import dev.varve.command.format.DefinitionCompiler;
import dev.varve.command.format.DefinitionParser;
import dev.varve.command.mailbox.Admission;
import dev.varve.command.mailbox.DefinitionCommands;
import dev.varve.command.mailbox.ExecutionBatches;
import dev.varve.command.mailbox.Mailbox;
import dev.varve.command.mailbox.MailboxSettings;
import dev.varve.command.port.Commands;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.LogLookup;
import dev.varve.command.port.TimeSource;
import dev.varve.eventstore.SnapshotStore;
import dev.varve.eventstore.axon.CommitInterceptor;
import dev.varve.eventstore.axon.LogEventStore;
import dev.varve.eventstore.axon.SnapshotSource;
import dev.varve.eventstore.postgres.PostgresEventLog;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.NoTransactionManager;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The write side. The command bus has no transactions on purpose: a command that waits for its
 * group commit must hold no connection; the log's writer has the only ones that write events.
 */
@Configuration(proxyBeanMethods = false)
class CommandConfiguration {
  private static final int PAGE_EVENTS = 500;
  private static final int VERSIONS_CACHED = 1_000;
  private static final String STREAM_TYPE = "execution";

  @Bean
  LogLookup logLookup(PostgresEventLog log) {
    return new LogAdapters.Lookup(log);
  }

  /** Snapshots need the catalog, which reads streams: the policy joins when it is there. */
  static final class LateSnapshots implements SnapshotSource {
    private final AtomicReference<@Nullable SnapshotPolicy> policy = new AtomicReference<>();

    void use(SnapshotPolicy late) {
      policy.set(late);
    }

    @Override
    public @Nullable Snapshot find(UUID streamId) {
      SnapshotPolicy present = policy.get();
      Restored<ExecutionState> state = present == null ? null : present.find(streamId);
      return state == null ? null : new Snapshot(STREAM_TYPE, state.sequence(), state);
    }
  }

  @Bean
  LateSnapshots lateSnapshots() {
    return new LateSnapshots();
  }

  @Bean
  LogEventStore eventStore(PostgresEventLog log, LateSnapshots snapshots) {
    return new LogEventStore(log, snapshots, PAGE_EVENTS);
  }

  @Bean
  CelExpressions expressions() {
    return new CelExpressions();
  }

  @Bean
  DefinitionParser definitionParser(CelExpressions expressions) {
    return new DefinitionParser(expressions);
  }

  @Bean
  DefinitionCatalog definitionCatalog(
      LogEventStore events, LogLookup lookup, CelExpressions expressions) {
    return new DefinitionCatalog(
        events, lookup, new DefinitionCompiler(expressions), VERSIONS_CACHED);
  }

  @Bean
  SnapshotPolicy snapshotPolicy(
      SnapshotStore store,
      DefinitionCatalog catalog,
      ServerSettings settings,
      LateSnapshots snapshots) {
    var policy =
        new SnapshotPolicy(
            new LogAdapters.StoredSnapshots(store), catalog, settings.snapshotEvery());
    snapshots.use(policy);
    return policy;
  }

  @Bean
  CommandBus commandBus(
      PostgresEventLog log,
      LogEventStore events,
      TimeSource time,
      Incarnation incarnation,
      DefinitionCatalog catalog,
      SnapshotPolicy snapshots,
      ServerSettings settings) {
    var bus = SimpleCommandBus.builder().transactionManager(NoTransactionManager.INSTANCE).build();
    bus.registerHandlerInterceptor(new CommitInterceptor(log));
    var cached =
        new CommandSideSettings(
            settings.cacheEntries(), CommandSideSettings.DEFAULT.definitionsCached());
    new CommandSide(time, incarnation, catalog, snapshots, cached).subscribe(bus, events);
    return bus;
  }

  @Bean
  CommitFanOut commitFanOut() {
    return new CommitFanOut();
  }

  @Bean
  Mailbox mailbox(
      CommandBus bus,
      LogLookup lookup,
      Partitions partitions,
      DefinitionCatalog catalog,
      CommitFanOut commits) {
    MailboxSettings settings = MailboxSettings.DEFAULT;
    int retries = settings.conflictRetriesMax();
    return new Mailbox(
        new ExecutionBatches(bus, lookup, commits, retries),
        new DefinitionCommands(bus, lookup, partitions, catalog::published, retries),
        settings);
  }

  /** The way of the doors; what works on accepted executions sends to the mailbox itself. */
  @Bean
  Admission admission(Commands commands, DoorSettings settings) {
    return new Admission(commands, settings.commandsWaiting());
  }

  @Bean(destroyMethod = "close")
  PublishedDefinitions publishedDefinitions(PostgresEventLog log, DefinitionCatalog catalog) {
    return PublishedDefinitions.follow(log, catalog);
  }
}
