package dev.varve.server.openapi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Compares two descriptions: what of the older one a client may rely on that the newer one does not
 * keep. Answers may gain members and requests may gain optional ones; neither may lose any.
 */
final class Breakage {
  private static final String REF = "$ref";
  private static final String PROPERTIES = "properties";
  private static final String RESPONSES = "responses";

  private final JsonNode before;
  private final JsonNode now;
  private final Set<String> broken = new LinkedHashSet<>();
  private final Set<String> seen = new HashSet<>();

  Breakage(JsonNode before, JsonNode now) {
    this.before = before;
    this.now = now;
  }

  /** Returns a sentence for each thing. */
  List<String> find() {
    before
        .path("paths")
        .forEachEntry((path, operations) ->
            operations.forEachEntry((method, operation) ->
                operation(
                    method + " " + path, operation, now.path("paths").path(path).path(method))));
    codes();
    return new ArrayList<>(broken);
  }

  private void operation(String name, JsonNode old, JsonNode present) {
    if (present.isMissingNode()) {
      broken.add(name + " is gone");
      return;
    }
    old.path(RESPONSES)
        .forEachEntry((status, response) -> {
          if (!status.startsWith("2")) {
            return;
          }
          JsonNode answer = present.path(RESPONSES).path(status);
          if (answer.isMissingNode()) {
            broken.add(name + " does not answer " + status + " any more");
          }
          bodies(name + " " + status, response, answer, true);
        });
    for (JsonNode parameter : old.path("parameters")) {
      if (!has(present, parameter)) {
        broken.add(name + " lacks parameter " + parameter.path("name").asString());
      }
    }
    bodies(name + " body", old.path("requestBody"), present.path("requestBody"), false);
  }

  private void bodies(String name, JsonNode old, JsonNode present, boolean answer) {
    old.path("content")
        .forEachEntry((type, content) -> {
          JsonNode same = present.path("content").path(type);
          if (same.isMissingNode()) {
            broken.add(name + " has no " + type + " any more");
          } else {
            compare(name, content.path("schema"), same.path("schema"), answer);
          }
        });
  }

  private void compare(String name, JsonNode oldSchema, JsonNode newSchema, boolean answer) {
    if (oldSchema.has(REF) && !seen.add(answer + " " + oldSchema + newSchema)) {
      return;
    }
    JsonNode old = resolved(before, oldSchema);
    JsonNode present = resolved(now, newSchema);
    types(name, old, present, answer);
    required(name, old, present, answer);
    old.path(PROPERTIES)
        .forEachEntry((member, schema) -> {
          JsonNode same = present.path(PROPERTIES).path(member);
          String place = name + "/" + member;
          if (same.isMissingNode()) {
            broken.add(place + " is gone");
          } else {
            compare(place, schema, same, answer);
          }
        });
    for (String inside : List.of("items", "additionalProperties")) {
      if (old.path(inside).isObject() && present.path(inside).isObject()) {
        compare(name + "/*", old.path(inside), present.path(inside), answer);
      }
    }
    for (int i = 0; i < old.path("anyOf").size(); i++) {
      JsonNode same = present.path("anyOf").path(i);
      if (same.isMissingNode()) {
        broken.add(name + " has fewer forms");
      } else {
        compare(name, old.path("anyOf").path(i), same, answer);
      }
    }
  }

  private void types(String name, JsonNode old, JsonNode present, boolean answer) {
    Set<String> were = words(old.path("type"));
    Set<String> are = words(present.path("type"));
    boolean kept = answer ? were.containsAll(are) : are.isEmpty() || are.containsAll(were);
    if (!were.isEmpty() && (!kept || (answer && are.isEmpty()))) {
      broken.add(name + " was " + were + " and is " + are);
    }
    Set<String> gone = words(old.path("enum"));
    gone.removeAll(words(present.path("enum")));
    if (!answer && present.has("enum") && !gone.isEmpty()) {
      broken.add(name + " does not take " + gone + " any more");
    }
  }

  private void required(String name, JsonNode old, JsonNode present, boolean answer) {
    Set<String> less = words((answer ? old : present).path("required"));
    less.removeAll(words((answer ? present : old).path("required")));
    for (String member : less) {
      broken.add(name + "/" + member + (answer ? " may be absent" : " is required"));
    }
  }

  private void codes() {
    String place = "/components/schemas/Problem/properties/code/enum";
    Set<String> gone = words(before.at(place));
    gone.removeAll(words(now.at(place)));
    gone.forEach(code -> broken.add("code " + code + " is gone"));
  }

  private static JsonNode resolved(JsonNode document, JsonNode schema) {
    String ref = schema.path(REF).asString("");
    return ref.startsWith("#") ? document.at(ref.substring(1)) : schema;
  }

  private static Set<String> words(JsonNode list) {
    var words = new LinkedHashSet<String>();
    if (list.isString()) {
      words.add(list.asString());
    }
    list.forEach(word -> words.add(word.asString("null")));
    return words;
  }

  private static boolean has(JsonNode operation, JsonNode parameter) {
    for (JsonNode each : operation.path("parameters")) {
      if (each.path("name").equals(parameter.path("name"))
          && each.path("in").equals(parameter.path("in"))) {
        return true;
      }
    }
    return false;
  }
}
