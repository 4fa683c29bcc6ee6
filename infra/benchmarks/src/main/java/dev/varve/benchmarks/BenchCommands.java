package dev.varve.benchmarks;

import dev.varve.api.common.TenantId;
import dev.varve.api.definition.Definition;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.command.axon.CommandSide;
import dev.varve.command.axon.CommandSideSettings;
import dev.varve.command.axon.DefinitionCatalog;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.InputCheck;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Template;
import dev.varve.command.mailbox.DefinitionCommands;
import dev.varve.command.mailbox.ExecutionBatches;
import dev.varve.command.mailbox.Mailbox;
import dev.varve.command.mailbox.MailboxSettings;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.LogLookup;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.axon.CommitInterceptor;
import dev.varve.eventstore.axon.LogEventStore;
import dev.varve.eventstore.axon.SnapshotSource;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PostgresEventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The command side alone, over a log: mailbox, bus, shells, core; one definition whose tasks follow
 * one another.
 */
final class BenchCommands {
  static final String NAME = "bench";

  private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();
  private static final int PAGE = 100;

  private static final ExpressionCompiler CONSTANTS =
      new ExpressionCompiler() {
        @Override
        public Template template(JsonNode config, Set<String> nodeIds) {
          return scope -> new Evaluation.Value(config);
        }

        @Override
        public Template condition(String expression, Set<String> nodeIds) {
          throw new IllegalArgumentException("Expected no conditions");
        }
      };

  private BenchCommands() {}

  static PublishDefinitionVersion definition() {
    return new PublishDefinitionVersion(NAME, EMPTY, "bench-1", "{}", "json");
  }

  static Mailbox over(PostgresEventLog log, DatabaseClock clock, int tasks) {
    var lookup = new Lookup(log);
    var events = new LogEventStore(log, SnapshotSource.NONE, PAGE);
    var catalog = new DefinitionCatalog(events, lookup, event -> compile(event, tasks), 100);
    var bus = SimpleCommandBus.builder().build();
    bus.registerHandlerInterceptor(new CommitInterceptor(log));
    new CommandSide(
            clock::now,
            new Incarnation("bench-1", "bench"),
            catalog,
            null,
            CommandSideSettings.DEFAULT)
        .subscribe(bus, events);
    int retries = MailboxSettings.DEFAULT.conflictRetriesMax();
    return new Mailbox(
        new ExecutionBatches(bus, lookup, commit -> {}, retries),
        new DefinitionCommands(bus, lookup, log.placement(), catalog::published, retries),
        MailboxSettings.DEFAULT);
  }

  private static CompiledDefinition compile(DefinitionVersionPublished event, int tasks) {
    var nodes = new ArrayList<Node>();
    var edges = new ArrayList<Edge>();
    for (int i = 0; i < tasks; i++) {
      nodes.add(new Node.TaskNode("task" + i, null, EMPTY, Join.ALL, Effort.DEFAULT, "echo"));
      if (i > 0) {
        edges.add(new Edge("task" + (i - 1), "task" + i, null, false));
      }
    }
    var definition =
        new Definition(
            event.name(), null, null, EMPTY, null, nodes, List.copyOf(edges), null, Map.of());
    return CompiledDefinition.compile(
        definition, event.version(), event.hash(), CONSTANTS, schema -> InputCheck.ANYTHING);
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
}
