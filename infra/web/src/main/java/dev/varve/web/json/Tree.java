package dev.varve.web.json;

import dev.varve.api.common.Limits;
import dev.varve.api.rejection.RejectionCode;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Builds the nodes of one document and knows where in it the reader is. */
final class Tree {
  static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Deque<String> path = new ArrayDeque<>();
  private int depth;

  void enter(String segment) {
    path.addLast(segment);
  }

  void leave() {
    path.removeLast();
  }

  ObjectNode openObject(JsonParser parser) {
    open(parser);
    return JSON.objectNode();
  }

  ArrayNode openArray(JsonParser parser) {
    open(parser);
    return JSON.arrayNode();
  }

  private void open(JsonParser parser) {
    if (++depth > Limits.JSON_DEPTH_MAX) {
      throw fault(
          parser,
          RejectionCode.JSON_TOO_DEEP,
          "Expected at most " + Limits.JSON_DEPTH_MAX + " levels of nesting");
    }
  }

  void close() {
    depth--;
  }

  void name(JsonParser parser, String name, ObjectNode object) {
    check(parser, name);
    if (object.has(name)) {
      throw fault(
          parser, RejectionCode.JSON_DUPLICATE_KEY, "Expected each key once, but this is another");
    }
  }

  JsonNode text(JsonParser parser, String text) {
    check(parser, text);
    return JSON.stringNode(text);
  }

  private void check(JsonParser parser, String text) {
    switch (Numbers.flaw(text)) {
      case NUL -> throw fault(parser, RejectionCode.TEXT_NUL, "Expected text without U+0000");
      case SURROGATE ->
          throw fault(
              parser, RejectionCode.JSON_ENCODING, "Expected text, but found a lone surrogate");
      case NONE -> {}
    }
  }

  JsonNode number(JsonParser parser, String text) {
    JsonNode number = Numbers.node(text);
    if (number == null) {
      throw fault(
          parser,
          RejectionCode.JSON_NUMBER_RANGE,
          "Expected a number that fits 64 bits or a double");
    }
    return number;
  }

  String pointer() {
    StringBuilder pointer = new StringBuilder();
    path.forEach(each -> pointer.append('/').append(Places.escaped(each)));
    return pointer.toString();
  }

  Fault fault(JsonParser parser, RejectionCode code, String detail) {
    Place at = StrictJson.place(parser);
    return new Fault(
        Reading.refused(code, pointer(), detail, Math.max(1, at.line()), Math.max(1, at.column())));
  }

  /** Ends reading. */
  static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Reading.Refused refused;

    Fault(Reading.Refused refused) {
      super(refused.rejection().detail(), null, false, false);
      this.refused = refused;
    }

    Reading.Refused refused() {
      return refused;
    }
  }
}
