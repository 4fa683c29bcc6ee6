package dev.varve.command.http;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.log.Committed;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.format.DefinitionParser;
import dev.varve.command.format.Format;
import dev.varve.command.format.ParsedDefinition;
import dev.varve.command.format.Parsing;
import dev.varve.command.port.CommandIds;
import dev.varve.command.port.Commands;
import dev.varve.web.Bodies;
import dev.varve.web.Caller;
import dev.varve.web.Preconditions;
import dev.varve.web.RejectionException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Publishes definitions. */
@RestController
public final class DefinitionCommandController {
  private static final String ROUTE = "/api/v1/definitions";

  private static final Set<String> MEDIA_TYPES =
      Set.of(
          "application/json",
          "text/json",
          "application/yaml",
          "application/x-yaml",
          "text/yaml",
          "text/x-yaml",
          "text/plain");

  private final Commands commands;
  private final DefinitionParser parser;

  /** Makes the door over the command side. */
  public DefinitionCommandController(Commands commands, DefinitionParser parser) {
    this.commands = commands;
    this.parser = parser;
  }

  /**
   * {@code POST /definitions} with a JSON or YAML body: 201 with name and version, 200 when the
   * latest version has the same content already, 422 with every fault; with {@code dryRun} nothing
   * is published.
   */
  @PostMapping(ROUTE)
  public ResponseEntity<JsonNode> publish(
      HttpServletRequest request,
      @RequestParam(name = "dryRun", required = false) @Nullable String dryRun) {
    boolean publishes = !isTrue(dryRun);
    Caller caller = Caller.of(request);
    Bodies.checkType(request, MEDIA_TYPES);
    byte[] body = Bodies.read(request, Limits.DEFINITION_BYTES_MAX);
    ParsedDefinition parsed = parsed(body, Format.ofMediaType(request.getContentType()));
    String name = parsed.definition().name();
    Long expected = Preconditions.ifMatch(request);
    if (!publishes) {
      return ResponseEntity.ok(
          JsonNodeFactory.instance.objectNode().put("name", name).put("created", false));
    }
    var command =
        new PublishDefinitionVersion(
            name,
            parsed.document(),
            parsed.hash(),
            parsed.source(),
            parsed.format().word(),
            expected);
    var metadata = caller.metadata(CommandIds.next(), "POST " + ROUTE, parsed.source());
    Committed committed = CommandAnswers.accepted(commands.send(command, metadata));
    boolean created = committed.answer().path("created").asBoolean(true);
    return CommandAnswers.response(created ? 201 : 200, URI.create(ROUTE + "/" + name), committed);
  }

  private static boolean isTrue(@Nullable String flag) {
    if (flag == null || flag.equals("false")) {
      return false;
    }
    if (flag.equals("true") || flag.isEmpty()) {
      return true;
    }
    String detail = "Expected true or false";
    throw new RejectionException(
        Rejection.of(
            RejectionCode.QUERY_INVALID,
            "Query parameter dryRun: " + detail,
            List.of(FieldError.of(RejectionCode.QUERY_INVALID.code(), "/dryRun", detail))));
  }

  private ParsedDefinition parsed(byte[] body, Format format) {
    return switch (parser.parse(body, format)) {
      case Parsing.Valid valid -> valid.definition();
      case Parsing.Invalid invalid -> throw new RejectionException(invalid.rejection());
    };
  }
}
