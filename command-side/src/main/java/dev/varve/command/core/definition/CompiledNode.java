package dev.varve.command.core.definition;

import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Node;
import dev.varve.command.core.expression.Template;

/** A node, ready to be run, with its place in the graph. Immutable, thread safe. */
public final class CompiledNode {
  private final int index;
  private final Node node;
  private final NodePath path;
  private final Template config;
  private final int[] outgoing;
  private final int[] incoming;

  CompiledNode(int index, Node node, Template config, int[] outgoing, int[] incoming) {
    this.index = index;
    this.node = node;
    this.path = new NodePath(node.id());
    this.config = config;
    this.outgoing = outgoing;
    this.incoming = incoming;
  }

  /** Returns the place in the document, from 0. */
  public int index() {
    return index;
  }

  /** Returns the node as written. */
  public Node node() {
    return node;
  }

  /** Returns the node's id. */
  public String id() {
    return node.id();
  }

  /** Returns the path of the one instance of this node. */
  public NodePath path() {
    return path;
  }

  /** Returns the compiled {@code with}. */
  public Template config() {
    return config;
  }

  /** Returns the RFC 6901 pointer to {@code with} in the document. */
  public String pointer() {
    return "/nodes/" + index + "/with";
  }

  /** Returns how many edges leave. */
  public int outgoingCount() {
    return outgoing.length;
  }

  /** Returns the index of the {@code k}-th leaving edge, in document order. */
  public int outgoing(int k) {
    return outgoing[k];
  }

  /** Returns how many edges arrive. */
  public int incomingCount() {
    return incoming.length;
  }

  /** Returns the index of the {@code k}-th arriving edge, in document order. */
  public int incoming(int k) {
    return incoming[k];
  }
}
