package dev.varve.web.json;

import dev.varve.api.common.Limits;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.RejectionException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;

/**
 * Reads JSON from outside, strictly (RFC 8259): one document, UTF-8, no duplicate keys, no
 * comments, nesting, size and numbers within limits, no NUL and no lone surrogates in text.
 * Integers that fit 64 bits are int, all other numbers double.
 */
public final class StrictJson {
  private static final int NUMBER_CHARS_MAX = 1_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.JSON_DEPTH_MAX + 1)
                  .maxNumberLength(NUMBER_CHARS_MAX)
                  .maxStringLength(Limits.REQUEST_BYTES_MAX)
                  .maxNameLength(Limits.REQUEST_BYTES_MAX)
                  .build())
          // names are compared as they come: a shared table of them could be filled from outside
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private StrictJson() {}

  /**
   * Reads a request's body of at most {@code Limits.REQUEST_BYTES_MAX}.
   *
   * @throws RejectionException {@code json.*}, {@code text.nul} or {@code request.too-large}
   */
  public static JsonNode read(byte[] body) {
    return switch (read(body, Limits.REQUEST_BYTES_MAX)) {
      case Reading.Read(JsonNode value) -> value;
      case Reading.Refused refused -> throw new RejectionException(refused.rejection());
    };
  }

  /**
   * Reads {@code body}.
   *
   * @param bytesMax the limit that applies to it, in bytes
   */
  public static Reading read(byte[] body, int bytesMax) {
    return switch (StrictText.decode(body, bytesMax)) {
      case StrictText.Decoded(String text) -> read(text);
      case StrictText.Undecodable(Reading.Refused refused) -> refused;
    };
  }

  /** Reads {@code text}. */
  public static Reading read(String text) {
    Tree tree = new Tree();
    try (JsonParser parser = parser(text)) {
      try {
        if (parser.nextToken() == null) {
          throw tree.fault(
              parser, RejectionCode.JSON_MALFORMED, "Expected a JSON document, but found nothing");
        }
        JsonNode value = read(parser, tree);
        if (parser.nextToken() != null) {
          throw tree.fault(
              parser, RejectionCode.JSON_MALFORMED, "Expected one JSON document, but found more");
        }
        return new Reading.Read(value);
      } catch (Tree.Fault e) {
        return e.refused();
      } catch (JacksonException e) {
        return malformed(parser, tree, e);
      }
    }
  }

  /** Finds where the values behind {@code pointers} begin in {@code text}, a valid document. */
  public static Places places(String text, Collection<String> pointers) {
    Places places = new Places(pointers);
    try (JsonParser parser = parser(text)) {
      parser.nextToken();
      mark(parser, places.root());
    }
    return places;
  }

  private static JsonParser parser(String text) {
    return FACTORY.createParser(ObjectReadContext.empty(), text);
  }

  private static Reading.Refused malformed(JsonParser parser, Tree tree, JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    RejectionCode code = RejectionCode.JSON_MALFORMED;
    String detail =
        e instanceof UnexpectedEndOfInputException
            ? "Expected more JSON, but the document ends here"
            : "Expected valid JSON: " + shown(e.getOriginalMessage());
    if (e instanceof StreamConstraintsException
        && String.valueOf(e.getOriginalMessage()).startsWith("Number")) {
      code = RejectionCode.JSON_NUMBER_RANGE;
      detail = "Expected a number of at most " + NUMBER_CHARS_MAX + " characters";
    } else if (e instanceof StreamConstraintsException) {
      code = RejectionCode.JSON_TOO_DEEP;
      detail = "Expected at most " + Limits.JSON_DEPTH_MAX + " levels of nesting";
    }
    int line = at == null ? 1 : Math.max(1, at.getLineNr());
    int column = at == null ? 1 : Math.max(1, at.getColumnNr());
    String pointer =
        code == RejectionCode.JSON_NUMBER_RANGE ? ofNumber(parser, tree) : tree.pointer();
    return Reading.refused(code, pointer, detail, line, column);
  }

  /** The parser reads a number together with its name, before the tree was told of the name. */
  private static String ofNumber(JsonParser parser, Tree tree) {
    String read = parser.streamReadContext().pathAsPointer().toString();
    return read.startsWith(tree.pointer()) ? read : tree.pointer();
  }

  private static String shown(@Nullable String message) {
    String text = String.valueOf(message).replaceAll("[\\x00-\\x1f\\x7f]", " ");
    return text.substring(0, Math.min(200, text.length()));
  }

  private static JsonNode read(JsonParser parser, Tree tree) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, tree);
      case START_ARRAY -> array(parser, tree);
      case VALUE_STRING -> tree.text(parser, parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> tree.number(parser, parser.getString());
      case VALUE_TRUE -> Tree.JSON.booleanNode(true);
      case VALUE_FALSE -> Tree.JSON.booleanNode(false);
      case VALUE_NULL -> Tree.JSON.nullNode();
      default -> throw new IllegalStateException("No value begins with " + parser.currentToken());
    };
  }

  private static JsonNode object(JsonParser parser, Tree tree) {
    var object = tree.openObject(parser);
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      tree.enter(name);
      tree.name(parser, name, object);
      parser.nextToken();
      object.set(name, read(parser, tree));
      tree.leave();
    }
    tree.close();
    return object;
  }

  private static JsonNode array(JsonParser parser, Tree tree) {
    var array = tree.openArray(parser);
    tree.enter("0");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(read(parser, tree));
      tree.leave();
      tree.enter(String.valueOf(array.size()));
    }
    tree.leave();
    tree.close();
    return array;
  }

  private static void mark(JsonParser parser, Places.Spot spot) {
    spot.valueAt(place(parser));
    if (!spot.hasChildren()) {
      parser.skipChildren();
    } else if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        Places.Spot child = spot.child(parser.currentName());
        if (child != null) {
          child.nameAt(place(parser));
        }
        parser.nextToken();
        markOrSkip(parser, child);
      }
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        markOrSkip(parser, spot.child(String.valueOf(i)));
      }
    }
  }

  private static void markOrSkip(JsonParser parser, Places.@Nullable Spot spot) {
    if (spot == null) {
      parser.skipChildren();
    } else {
      mark(parser, spot);
    }
  }

  static Place place(JsonParser parser) {
    TokenStreamLocation at = parser.currentTokenLocation();
    return new Place(at.getLineNr(), at.getColumnNr(), (int) at.getCharOffset());
  }
}
