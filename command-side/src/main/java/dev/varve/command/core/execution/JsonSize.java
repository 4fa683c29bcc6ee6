package dev.varve.command.core.execution;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Size of a value as JSON text in UTF-8, without writing it. Own stack: depth is no danger. */
final class JsonSize {
  private JsonSize() {}

  /** Returns the size in bytes; stops counting soon after {@code limit}. */
  static long of(JsonNode value, long limit) {
    if (!value.isContainer()) {
      return scalar(value);
    }
    long size = 0;
    Deque<JsonNode> open = new ArrayDeque<>();
    open.push(value);
    while (!open.isEmpty() && size <= limit) {
      JsonNode container = open.pop();
      size += 2 + Math.max(0, container.size() - 1);
      if (container.isObject()) {
        for (Map.Entry<String, JsonNode> member : container.properties()) {
          size += text(member.getKey()) + 1 + visit(member.getValue(), open);
        }
      } else {
        for (JsonNode item : container) {
          size += visit(item, open);
        }
      }
    }
    return size;
  }

  private static long visit(JsonNode value, Deque<JsonNode> open) {
    if (value.isContainer()) {
      open.push(value);
      return 0;
    }
    return scalar(value);
  }

  private static long scalar(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> text(value.asString());
      case NULL, MISSING -> 4;
      case BOOLEAN -> value.booleanValue() ? 4 : 5;
      case NUMBER -> value.isInt() ? digits(value.intValue()) : value.asString().length();
      case BINARY, POJO, ARRAY, OBJECT -> value.toString().length();
    };
  }

  private static long digits(int number) {
    long rest = Math.abs((long) number);
    int digits = number < 0 ? 2 : 1;
    while (rest >= 10) {
      rest /= 10;
      digits++;
    }
    return digits;
  }

  private static long text(String text) {
    long size = 2;
    for (int i = 0; i < text.length(); i++) {
      size += bytes(text.charAt(i));
    }
    return size;
  }

  private static int bytes(char c) {
    if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f') {
      return 2;
    }
    if (c < 0x20) {
      return 6;
    }
    if (c < 0x80) {
      return 1;
    }
    // a surrogate pair is four bytes in UTF-8, two for each half
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }
}
