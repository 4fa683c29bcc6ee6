package dev.varve.command.axon;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.Definition;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.FailTask;
import dev.varve.api.execution.ExecutionCommand.FireTimer;
import dev.varve.api.execution.ExecutionCommand.LoseAttempt;
import dev.varve.api.execution.ExecutionCommand.ResumeExecution;
import dev.varve.api.execution.ExecutionCommand.RetryExecution;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionCommand.SuspendExecution;
import dev.varve.api.execution.ExecutionCommand.TimeOutAttempt;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.StreamIds;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.InputCheck;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Template;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.LogLookup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A definition of two tasks, one after the other, and commands to its executions. */
final class Samples {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  static final Incarnation HERE = new Incarnation("here-1", "here");
  static final ExecutionId EXECUTION = new ExecutionId(StreamIds.of(1, 0, 1));
  static final UUID DEFINITION_STREAM = StreamIds.of(1, 0, 2);
  static final String NAME = "two-steps";
  static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();

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

  private Samples() {}

  static DefinitionVersionPublished published(int version) {
    return new DefinitionVersionPublished(NAME, version, "hash-" + version, EMPTY, "{}", "json");
  }

  static CompiledDefinition compile(DefinitionVersionPublished event) {
    var nodes = new ArrayList<Node>();
    for (int i = 1; i <= 2; i++) {
      nodes.add(new Node.TaskNode("step" + i, null, EMPTY, Join.ALL, Effort.DEFAULT, "echo"));
    }
    var definition =
        new Definition(
            event.name(),
            null,
            null,
            EMPTY,
            null,
            nodes,
            List.of(new Edge("step1", "step2", null, false)),
            null,
            Map.of());
    return CompiledDefinition.compile(
        definition, event.version(), event.hash(), CONSTANTS, schema -> InputCheck.ANYTHING);
  }

  static CommandMetadata metadata() {
    return new CommandMetadata(TenantId.DEFAULT, UUID.randomUUID(), null, "test", null, null, null);
  }

  static <C> BatchItem<C> item(C command) {
    return new BatchItem<>(command, metadata());
  }

  static StartExecution start() {
    return new StartExecution(EXECUTION, NAME, null, EMPTY, null, Map.of());
  }

  static CompleteTask complete(String path) {
    return new CompleteTask(EXECUTION, new NodePath(path), 1, EMPTY);
  }

  /** One of every command to an execution. */
  static List<ExecutionCommand> everyCommand() {
    var path = new NodePath("step1");
    return List.of(
        start(),
        complete("step1"),
        new FailTask(EXECUTION, path, 1, ErrorInfo.of("broken", "It broke"), false, null),
        new LoseAttempt(EXECUTION, path, 1, "gone"),
        new TimeOutAttempt(EXECUTION, path, 1),
        new FireTimer(EXECUTION, ScheduledTimer.Kind.DELAY, path),
        new CancelExecution(EXECUTION, null),
        new SuspendExecution(EXECUTION, null, null),
        new ResumeExecution(EXECUTION, null, null),
        new RetryExecution(EXECUTION, null, null));
  }

  /** Returns a catalog over a store that holds version 1. */
  static DefinitionCatalog catalog() {
    var engine = new InMemoryEventStorageEngine();
    engine.appendEvents(
        new GenericDomainEventMessage<>(
            "definition", DEFINITION_STREAM.toString(), 0, published(1)));
    return new DefinitionCatalog(
        EmbeddedEventStore.builder().storageEngine(engine).build(), LOOKUP, Samples::compile, 10);
  }

  /** Knows the sample's stream and nothing else. */
  static final LogLookup LOOKUP =
      new LogLookup() {
        @Override
        public @Nullable FirstAnswer findReceipt(int partition, TenantId tenant, String key) {
          return null;
        }

        @Override
        public @Nullable UUID findKeyOwner(TenantId tenant, String scope, String key) {
          return key.equals(NAME) ? DEFINITION_STREAM : null;
        }
      };
}
