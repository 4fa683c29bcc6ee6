package dev.varve.command.http;

import dev.varve.api.common.Limits;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.RejectionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the members of a request's JSON object and collects every fault, to report them all at
 * once.
 */
final class RequestFields {
  private final JsonNode body;
  private final List<FieldError> errors = new ArrayList<>();

  /**
   * Begins with the object.
   *
   * @param body the request
   * @param known the members it may have
   */
  RequestFields(JsonNode body, Set<String> known) {
    this.body = body;
    if (!body.isObject()) {
      errors.add(FieldError.of("field.type", "", "Expected an object, but was " + kind(body)));
      return;
    }
    for (String name : body.propertyNames()) {
      if (!known.contains(name)) {
        add("field.unknown", escape(name), "Expected one of " + known.stream().sorted().toList());
      }
    }
  }

  /**
   * Returns a text of 1 to {@code charsMax} characters; empty text with a fault noted when it is
   * missing or wrong.
   */
  String requiredText(String name, int charsMax) {
    if (body.path(name).isMissingNode() || body.path(name).isNull()) {
      add("field.required", name, "Expected a text");
      return "";
    }
    String text = text(name, charsMax);
    return text == null ? "" : text;
  }

  /** Returns a text of 1 to {@code charsMax} characters; null when it is absent or wrong. */
  @Nullable String text(String name, int charsMax) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      add("field.type", name, "Expected a text, but was " + kind(value));
      return null;
    }
    return checked(name, value.asString(), charsMax);
  }

  /** Returns a whole number from {@code min}; null when it is absent or wrong. */
  @Nullable Integer integer(String name, int min) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isInt() || value.asInt() < min) {
      add("field.type", name, "Expected a whole number from " + min);
      return null;
    }
    return value.asInt();
  }

  /** Returns any JSON; {@code whenAbsent} when it is absent. */
  JsonNode json(String name, JsonNode whenAbsent) {
    JsonNode value = body.path(name);
    return value.isMissingNode() ? whenAbsent : value;
  }

  /** Returns an object of texts; empty when it is absent or wrong. */
  Map<String, String> labels(String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Map.of();
    }
    if (!value.isObject() || value.size() > Limits.LABELS_MAX) {
      add("field.type", name, "Expected an object of at most " + Limits.LABELS_MAX + " texts");
      return Map.of();
    }
    var labels = new LinkedHashMap<String, String>();
    for (var entry : value.properties()) {
      String pointer = name + "/" + escape(entry.getKey());
      if (!entry.getValue().isString()) {
        add("field.type", pointer, "Expected a text, but was " + kind(entry.getValue()));
      } else if (entry.getKey().isEmpty() || entry.getKey().length() > Limits.NAME_CHARS_MAX) {
        add("field.length", pointer, "Expected a name of 1 to " + Limits.NAME_CHARS_MAX);
      } else {
        String text = checked(pointer, entry.getValue().asString(), Limits.NAME_CHARS_MAX);
        if (text != null) {
          labels.put(entry.getKey(), text);
        }
      }
    }
    return labels;
  }

  /**
   * Ends the reading.
   *
   * @throws RejectionException when there was any fault
   */
  void check() {
    if (!errors.isEmpty()) {
      List<FieldError> shown = errors.subList(0, Math.min(errors.size(), Limits.PROBLEMS_MAX));
      throw new RejectionException(
          Rejection.of(RejectionCode.REQUEST_INVALID, errors.size() + " problem(s)", shown));
    }
  }

  private @Nullable String checked(String name, String text, int charsMax) {
    if (text.isEmpty() || text.length() > charsMax) {
      add(
          "field.length",
          name,
          "Expected 1 to " + charsMax + " characters, but was " + text.length());
      return null;
    }
    if (text.indexOf('\0') >= 0) {
      add("text.nul", name, "Expected text without U+0000");
      return null;
    }
    return text;
  }

  private void add(String code, String pointer, String detail) {
    errors.add(FieldError.of(code, "/" + pointer, detail));
  }

  private static String escape(String member) {
    return member.replace("~", "~0").replace("/", "~1");
  }

  private static String kind(JsonNode value) {
    return value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }
}
