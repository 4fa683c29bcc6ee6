package dev.varve.command.core.execution;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.definition.RetryPolicy;
import dev.varve.api.rejection.FieldError;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.InputCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Writes definitions briefly. */
public final class Flow {
  private static final JsonNode NONE = JsonNodeFactory.instance.objectNode();

  private final List<Node> nodes = new ArrayList<>();
  private final List<Edge> edges = new ArrayList<>();
  private @Nullable JsonNode input;
  private @Nullable JsonNode outputSchema;
  private @Nullable JsonNode output;
  private @Nullable Duration timeout;
  private JsonNode variables = NONE;
  private Map<String, String> labels = Map.of();

  /** Reads JSON in which {@code '} stands for a quotation mark. */
  public static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  /** A policy of that many attempts, 1 s, 2 s, 4 s apart, at most 5 s. */
  public static RetryPolicy attempts(int max) {
    return new RetryPolicy(
        max, Duration.ofSeconds(1), 2, Duration.ofSeconds(5), List.of(), List.of());
  }

  /** An effort with a policy only. */
  public static Effort retry(RetryPolicy policy) {
    return new Effort(null, null, policy);
  }

  /** Adds tasks with the handler {@code echo}. */
  public Flow task(String... ids) {
    for (String id : ids) {
      task(id, Effort.DEFAULT, Join.ALL, "{}");
    }
    return this;
  }

  /** Adds a task. */
  public Flow task(String id, Effort effort) {
    return task(id, effort, Join.ALL, "{}");
  }

  /** Adds a task. */
  public Flow task(String id, Effort effort, Join join, String with) {
    return node(new Node.TaskNode(id, null, json(with), join, effort, "echo"));
  }

  /** Adds a task with a join. */
  public Flow join(String id, Join join) {
    return task(id, Effort.DEFAULT, join, "{}");
  }

  /** Adds a transform. */
  public Flow transform(String id, String with) {
    return node(new Node.TransformNode(id, null, json(with), Join.ALL));
  }

  /** Adds a delay. */
  public Flow delay(String id, String with) {
    return node(new Node.DelayNode(id, null, json(with), Join.ALL));
  }

  /** Adds any node. */
  public Flow node(Node node) {
    nodes.add(node);
    return this;
  }

  /** Adds edges along {@code ids}. */
  public Flow path(String... ids) {
    for (int i = 1; i < ids.length; i++) {
      edges.add(new Edge(ids[i - 1], ids[i], null, false));
    }
    return this;
  }

  /** Adds an edge with a condition. */
  public Flow when(String from, String to, String condition) {
    edges.add(new Edge(from, to, condition, false));
    return this;
  }

  /** Adds the edge that is taken when no other is. */
  public Flow otherwise(String from, String to) {
    edges.add(new Edge(from, to, null, true));
    return this;
  }

  /** Adds any edge. */
  public Flow edge(Edge edge) {
    edges.add(edge);
    return this;
  }

  /** Sets the input schema: the list of required members. */
  public Flow input(String schema) {
    input = json(schema);
    return this;
  }

  /** Sets the output template. */
  public Flow output(String template) {
    output = json(template);
    return this;
  }

  /** Sets the output schema: the list of required members. */
  public Flow outputSchema(String schema) {
    outputSchema = json(schema);
    return this;
  }

  /** Sets the timeout. */
  public Flow timeout(Duration longest) {
    timeout = longest;
    return this;
  }

  /** Sets the variables. */
  public Flow variables(String object) {
    variables = json(object);
    return this;
  }

  /** Sets the labels. */
  public Flow labels(Map<String, String> all) {
    labels = all;
    return this;
  }

  /** Returns the definition, named {@code flow}. */
  public Definition definition() {
    return new Definition(
        "flow", input, outputSchema, variables, timeout, nodes, edges, output, labels);
  }

  /** Returns version 1, compiled. */
  public CompiledDefinition compile() {
    return CompiledDefinition.compile(
        definition(), 1, "hash-1", new TinyExpressions(), Flow::required);
  }

  private static InputCheck required(JsonNode schema) {
    return value -> {
      List<FieldError> errors = new ArrayList<>();
      for (JsonNode name : schema) {
        if (!value.has(name.asString())) {
          errors.add(FieldError.of("field.required", "/" + name.asString(), "is required"));
        }
      }
      return errors;
    };
  }
}
