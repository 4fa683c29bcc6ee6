package dev.varve.api.common;

/**
 * Names a node instance: a node with its scope path from the outside in, e.g. {@code charge},
 * {@code lines[3].charge}, {@code review@2}. Outside maps and loops it equals the node's id.
 *
 * @param value the path
 */
public record NodePath(String value) implements Comparable<NodePath> {
  /** Returns the id of the node: the last segment without pass and index. */
  public String nodeId() {
    int end = value.length();
    int start = value.lastIndexOf('.') + 1;
    for (int i = start; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '[' || c == '@') {
        end = i;
        break;
      }
    }
    return value.substring(start, end);
  }

  @Override
  public int compareTo(NodePath other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
