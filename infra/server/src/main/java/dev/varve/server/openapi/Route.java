package dev.varve.server.openapi;

import dev.varve.api.rejection.RejectionCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One route of the API, in words and examples. */
public final class Route {
  private static final String JSON = "application/json";

  private final String method;
  private final String path;
  private final String summary;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<String, Body> bodies = new LinkedHashMap<>();
  private final Map<Integer, Answer> answers = new LinkedHashMap<>();
  private final List<RejectionCode> codes = new ArrayList<>();

  /**
   * A parameter.
   *
   * @param in {@code path}, {@code query} or {@code header}
   * @param example a value that is accepted; null when it depends on an earlier answer
   */
  public record Parameter(String in, String name, String description, @Nullable String example) {}

  /**
   * A body that is taken.
   *
   * @param schema name of its schema in {@link Schemas}; empty when it is text
   * @param example a body that is accepted
   */
  public record Body(String schema, String example) {}

  /**
   * An answer that is no refusal.
   *
   * @param mediaType of its body; empty when it has none
   * @param schema name of its schema in {@link Schemas}; empty when it is no JSON
   * @param example its body
   */
  public record Answer(String description, String mediaType, String schema, String example) {}

  private Route(String method, String path, String summary) {
    this.method = method;
    this.path = path;
    this.summary = summary;
  }

  static Route get(String path, String summary) {
    return new Route("GET", path, summary);
  }

  static Route post(String path, String summary) {
    return new Route("POST", path, summary);
  }

  Route path(String name, String description, @Nullable String example) {
    parameters.add(new Parameter("path", name, description, example));
    return this;
  }

  Route query(String name, String description, @Nullable String example) {
    parameters.add(new Parameter("query", name, description, example));
    return this;
  }

  Route header(String name, String description, @Nullable String example) {
    parameters.add(new Parameter("header", name, description, example));
    return this;
  }

  /** Takes JSON. */
  Route body(String schema, String example) {
    bodies.put(JSON, new Body(schema, example.strip()));
    return this;
  }

  /** Takes text of another media type too. */
  Route textBody(String mediaType, String example) {
    bodies.put(mediaType, new Body("", example.strip()));
    return this;
  }

  /** Answers JSON. */
  Route answers(int status, String description, String schema, String example) {
    answers.put(status, new Answer(description, JSON, schema, example.strip()));
    return this;
  }

  /** Answers text of another media type; without body when that is empty. */
  Route answersText(int status, String description, String mediaType, String example) {
    answers.put(status, new Answer(description, mediaType, "", example.strip()));
    return this;
  }

  Route refuses(RejectionCode... more) {
    codes.addAll(List.of(more));
    return this;
  }

  /** Returns the HTTP method. */
  public String method() {
    return method;
  }

  /** Returns the path, with names in braces. */
  public String path() {
    return path;
  }

  /** Returns what it does. */
  public String summary() {
    return summary;
  }

  /** Returns its parameters. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** Returns the bodies it takes, by media type; empty when it takes none. */
  public Map<String, Body> bodies() {
    return new LinkedHashMap<>(bodies);
  }

  /** Returns the answers that are no refusals, the usual one first. */
  public Map<Integer, Answer> answers() {
    return new LinkedHashMap<>(answers);
  }

  /** Returns the codes it refuses with, besides those that any route has. */
  public List<RejectionCode> codes() {
    return List.copyOf(codes);
  }
}
