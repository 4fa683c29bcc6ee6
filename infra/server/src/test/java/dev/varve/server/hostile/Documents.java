package dev.varve.server.hostile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds every place of a document and puts any text there, also text that is no JSON. */
final class Documents {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String MARK = "\"@@here@@\"";

  private Documents() {}

  /** Returns the pointers of all values, the document itself first. */
  static List<String> pointers(JsonNode document) {
    List<String> pointers = new ArrayList<>();
    collect(document, "", pointers);
    return pointers;
  }

  private static void collect(JsonNode node, String pointer, List<String> pointers) {
    pointers.add(pointer);
    if (node instanceof ObjectNode object) {
      object.forEachEntry((name, value) ->
          collect(value, pointer + "/" + name.replace("~", "~0").replace("/", "~1"), pointers));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        collect(array.get(i), pointer + "/" + i, pointers);
      }
    }
  }

  static JsonNode at(JsonNode document, String pointer) {
    return document.at(pointer);
  }

  static String parent(String pointer) {
    return pointer.isEmpty() ? "" : pointer.substring(0, pointer.lastIndexOf('/'));
  }

  /** Returns the last segment, unescaped. */
  static String name(String pointer) {
    return pointer.substring(pointer.lastIndexOf('/') + 1).replace("~1", "/").replace("~0", "~");
  }

  /** Returns the text of the document with {@code raw} in place of the value behind the pointer. */
  static String with(JsonNode document, String pointer, String raw) {
    if (pointer.isEmpty()) {
      return raw;
    }
    JsonNode copy = document.deepCopy();
    JsonNode parent = at(copy, parent(pointer));
    JsonNode mark = JSON.readTree(MARK);
    if (parent instanceof ObjectNode object) {
      object.set(name(pointer), mark);
    } else if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(name(pointer)), mark);
    }
    return copy.toString().replace(MARK, raw);
  }

  /** Returns the text of the document with another member name; null when it is no member. */
  static @Nullable String renamed(JsonNode document, String pointer, String name) {
    if (pointer.isEmpty() || !at(document, parent(pointer)).isObject()) {
      return null;
    }
    String value = at(document, pointer).toString();
    String marked = with(document, pointer, MARK);
    String old = JSON.writeValueAsString(name(pointer));
    return marked.replace(old + ":" + MARK, JSON.writeValueAsString(name) + ":" + value);
  }

  /** Returns the text of the document with one more member, as raw text, beside the place. */
  static @Nullable String beside(JsonNode document, String pointer, String member) {
    if (pointer.isEmpty() || !at(document, parent(pointer)).isObject()) {
      return null;
    }
    return with(document, pointer, at(document, pointer) + "," + member);
  }

  /** Returns the text of the document without the place. */
  static @Nullable String without(JsonNode document, String pointer) {
    if (pointer.isEmpty()) {
      return null;
    }
    JsonNode copy = document.deepCopy();
    JsonNode parent = at(copy, parent(pointer));
    if (parent instanceof ObjectNode object) {
      object.remove(name(pointer));
    } else if (parent instanceof ArrayNode array) {
      array.remove(Integer.parseInt(name(pointer)));
    }
    return copy.toString();
  }
}
