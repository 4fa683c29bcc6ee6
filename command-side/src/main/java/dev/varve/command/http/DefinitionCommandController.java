package dev.varve.command.http;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.log.Committed;
import dev.varve.command.format.DefinitionParser;
import dev.varve.command.format.Format;
import dev.varve.command.format.ParsedDefinition;
import dev.varve.command.format.Parsing;
import dev.varve.command.port.CommandIds;
import dev.varve.command.port.Commands;
import dev.varve.web.Bodies;
import dev.varve.web.Caller;
import dev.varve.web.RejectionException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
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
      @RequestParam(name = "dryRun", defaultValue = "false") boolean dryRun) {
    Caller caller = Caller.of(request);
    byte[] body = Bodies.read(request, Limits.DEFINITION_BYTES_MAX);
    ParsedDefinition parsed = parsed(body, Format.ofMediaType(request.getContentType()));
    String name = parsed.definition().name();
    if (dryRun) {
      return ResponseEntity.ok(
          JsonNodeFactory.instance.objectNode().put("name", name).put("created", false));
    }
    var command =
        new PublishDefinitionVersion(
            name, parsed.document(), parsed.hash(), parsed.source(), parsed.format().word());
    var metadata = caller.metadata(CommandIds.next(), "POST " + ROUTE, parsed.source());
    Committed committed = CommandAnswers.accepted(commands.send(command, metadata));
    boolean created = committed.answer().path("created").asBoolean(true);
    return CommandAnswers.response(created ? 201 : 200, URI.create(ROUTE + "/" + name), committed);
  }

  private ParsedDefinition parsed(byte[] body, Format format) {
    return switch (parser.parse(body, format)) {
      case Parsing.Valid valid -> valid.definition();
      case Parsing.Invalid invalid -> throw new RejectionException(invalid.rejection());
    };
  }
}
