package dev.varve.server.hostile;

import dev.varve.command.expression.CelExpressions;
import dev.varve.command.format.DefinitionParser;
import dev.varve.command.format.Format;
import dev.varve.command.format.Parsing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The valid inputs that everything hostile is made of. */
final class Samples {
  /**
   * One valid request body.
   *
   * @param name for messages
   * @param path where it is posted
   * @param document its content
   * @param source the same as YAML text, as people write it; null when there is none
   */
  record Sample(String name, String path, JsonNode document, @Nullable String source) {
    boolean isDefinition() {
      return path.startsWith("/api/v1/definitions");
    }
  }

  private Samples() {}

  /** Returns the definitions that are posted, read once by the server itself. */
  static List<Sample> definitions() throws IOException {
    List<Sample> all = new ArrayList<>();
    for (String name : List.of("hello", "order", "parallel", "retry", "delay")) {
      all.add(definition("sample " + name, text("/samples/" + name + ".yaml")));
    }
    all.add(definition("every field", text("every-field.yaml")));
    return all;
  }

  private static Sample definition(String name, String yaml) {
    return new Sample(name, "/api/v1/definitions", read(yaml), yaml);
  }

  private static JsonNode read(String yaml) {
    var parser = new DefinitionParser(new CelExpressions());
    return switch (parser.parse(yaml.getBytes(StandardCharsets.UTF_8), Format.YAML)) {
      case Parsing.Valid valid -> valid.definition().document();
      case Parsing.Invalid invalid -> throw new AssertionError(invalid.rejection());
    };
  }

  /** Returns bodies that start the definition {@code target} or control an execution. */
  static List<Sample> requests() {
    return List.of(
        request(
            "start with all members",
            "/api/v1/executions",
            Map.of(
                "definition",
                "target",
                "version",
                1,
                "input",
                Map.of("sku", "book", "quantity", 2, "tags", List.of("a", "b")),
                "businessKey",
                "order-17",
                "labels",
                Map.of("team", "shop", "tier", "gold"))),
        request("start with little", "/api/v1/executions", Map.of("definition", "any_input")));
  }

  private static Sample request(String name, String path, Map<String, ?> members) {
    return new Sample(name, path, Documents.JSON.valueToTree(members), null);
  }

  static String text(String resource) throws IOException {
    try (var in = Objects.requireNonNull(Samples.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
