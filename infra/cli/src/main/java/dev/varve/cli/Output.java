package dev.varve.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Prints answers in the format the user chose. */
final class Output {
  /** The formats; lower case since users type them. */
  enum Format {
    table,
    json,
    jsonl,
    ids
  }

  private static final int CELL_CHARS_MAX = 60;

  private final JsonMapper json =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private final PrintWriter out;
  private final Format format;

  Output(Format format, PrintWriter out) {
    this.format = format;
    this.out = out;
  }

  /** Prints a list of objects; {@code columns} are the fields of the table, the first is the id. */
  void list(JsonNode items, List<String> columns) {
    switch (format) {
      case json -> out.println(json.writeValueAsString(items));
      case jsonl -> items.forEach(item -> out.println(item.toString()));
      case ids -> items.forEach(item -> out.println(text(item.path(columns.getFirst()))));
      case table -> table(items, columns);
    }
    out.flush();
  }

  /** Prints one object; {@code fields} are what the table shows, the first is the id. */
  void one(JsonNode item, List<String> fields) {
    switch (format) {
      case json -> out.println(json.writeValueAsString(item));
      case jsonl -> out.println(item.toString());
      case ids -> out.println(text(item.path(fields.getFirst())));
      case table -> fields(item, fields);
    }
    out.flush();
  }

  /** Tells whether a person reads along. */
  boolean forPeople() {
    return format == Format.table;
  }

  void line(String text) {
    out.println(text);
  }

  void table(JsonNode items, List<String> columns) {
    var rows = new ArrayList<List<String>>();
    rows.add(columns.stream().map(c -> c.toUpperCase(java.util.Locale.ROOT)).toList());
    items.forEach(item -> rows.add(columns.stream().map(c -> cell(item.path(c))).toList()));
    int[] width = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < width.length; i++) {
        width[i] = Math.max(width[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      var text = new StringBuilder();
      for (int i = 0; i < width.length; i++) {
        text.append(row.get(i)).append(" ".repeat(width[i] - row.get(i).length() + 2));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private void fields(JsonNode item, List<String> fields) {
    int width = fields.stream().mapToInt(String::length).max().orElse(0);
    for (String field : fields) {
      JsonNode value = item.path(field);
      if (!value.isMissingNode() && !value.isNull()) {
        out.println(field + " ".repeat(width - field.length() + 2) + text(value));
      }
    }
  }

  private static String cell(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    String text = text(value);
    return text.length() <= CELL_CHARS_MAX ? text : text.substring(0, CELL_CHARS_MAX - 1) + "…";
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.asString() : value.toString();
  }
}
