package dev.varve.command.core.execution.node;

import dev.varve.api.definition.Node;

/** The one place that knows which behavior belongs to which type of node. */
public final class NodeBehaviors {
  private static final NodeBehavior TASK = new TaskBehavior();
  private static final NodeBehavior HTTP = new HttpBehavior();
  private static final NodeBehavior TRANSFORM = new TransformBehavior();
  private static final NodeBehavior DELAY = new DelayBehavior();
  private static final NodeBehavior FAIL = new FailBehavior();
  private static final NodeBehavior END = new EndBehavior();

  private NodeBehaviors() {}

  /** Returns the behavior of {@code node}. */
  public static NodeBehavior of(Node node) {
    return switch (node) {
      case Node.TaskNode _ -> TASK;
      case Node.HttpNode _ -> HTTP;
      case Node.TransformNode _ -> TRANSFORM;
      case Node.DelayNode _ -> DELAY;
      case Node.FailNode _ -> FAIL;
      case Node.EndNode _ -> END;
    };
  }
}
