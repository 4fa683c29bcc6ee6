package dev.varve.command.format;

import dev.varve.api.common.Limits;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.expression.Text;
import dev.varve.web.json.Numbers;
import dev.varve.web.json.Place;
import dev.varve.web.json.Places;
import dev.varve.web.json.Reading;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the part of YAML 1.2 that says what JSON can say, with the core schema ({@code no} is
 * text). Works on parser events: no object is ever made from a tag, no alias is ever followed.
 */
final class YamlReader {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern BASED = Pattern.compile("0o[0-7]+|0x[0-9a-fA-F]+");
  private static final Pattern NO_NUMBER =
      Pattern.compile("[-+]?(\\.inf|\\.Inf|\\.INF)|\\.nan|\\.NaN|\\.NAN");
  private static final int NUMBER_CHARS_MAX = 1_000;

  private final Iterator<Event> events;
  private final Deque<String> path = new ArrayDeque<>();

  /** What is not allowed but can be read over, so that all of it is told at once. */
  private final List<FieldError> notes = new ArrayList<>();

  private YamlReader(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel("definition")
            .setParseComments(false)
            .setCodePointLimit(Limits.DEFINITION_BYTES_MAX)
            .build();
    events = new Parse(settings).parseString(text).iterator();
  }

  /** Reads {@code text}. */
  static Reading read(String text) {
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      Place at = place(text, nul);
      return Reading.refused(
          RejectionCode.TEXT_NUL, "", "Expected text without U+0000", at.line(), at.column());
    }
    YamlReader reader = new YamlReader(text);
    Reading reading = read(text, reader);
    return reader.notes.isEmpty() ? reading : reader.noted(reading);
  }

  private static Reading read(String text, YamlReader reader) {
    try {
      return new Reading.Read(reader.document());
    } catch (Fault e) {
      return e.refused;
    } catch (MarkedYamlEngineException e) {
      return malformed(e);
    } catch (ReaderException e) {
      Place at = place(text, Math.min(text.length(), Math.max(0, e.getPosition())));
      return Reading.refused(
          RejectionCode.JSON_MALFORMED,
          "",
          "Expected printable characters",
          at.line(),
          at.column());
    } catch (YamlEngineException e) {
      return Reading.refused(
          RejectionCode.JSON_MALFORMED, "", "Expected valid YAML: " + shown(e.getMessage()), 1, 1);
    }
  }

  /** Returns all that was noted, and what ended the reading, if anything did. */
  private Reading noted(Reading reading) {
    if (reading instanceof Reading.Refused refused) {
      notes.addAll(refused.rejection().errors());
    }
    FieldError first = notes.getFirst();
    RejectionCode code =
        Arrays.stream(RejectionCode.values())
            .filter(each -> each.code().equals(first.code()))
            .findAny()
            .orElse(RejectionCode.YAML_UNSAFE);
    String where = first.detail() + " at line " + first.line() + ", column " + first.column();
    String more = notes.size() == 1 ? "" : "; " + (notes.size() - 1) + " more problem(s)";
    return new Reading.Refused(
        Rejection.of(
            code, where + more, notes.subList(0, Math.min(notes.size(), Limits.PROBLEMS_MAX))));
  }

  private static Reading malformed(MarkedYamlEngineException e) {
    Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
    return Reading.refused(
        RejectionCode.JSON_MALFORMED,
        "",
        "Expected valid YAML: " + shown(problem(e)),
        mark.map(each -> each.getLine() + 1).orElse(1),
        mark.map(each -> each.getColumn() + 1).orElse(1));
  }

  private static String problem(MarkedYamlEngineException e) {
    String problem = String.valueOf(e.getProblem());
    return e.getContext() == null ? problem : e.getContext() + ", " + problem;
  }

  private static String shown(@Nullable String message) {
    return Text.shown(String.valueOf(message), 200);
  }

  private static Place place(String text, int offset) {
    int line = 1 + (int) text.chars().limit(offset).filter(c -> c == '\n').count();
    return new Place(line, offset - text.lastIndexOf('\n', offset - 1), offset);
  }

  /** Finds where the values behind {@code pointers} begin in {@code text}, a valid document. */
  static Places places(String text, Collection<String> pointers) {
    Places places = new Places(pointers);
    YamlReader reader = new YamlReader(text);
    reader.next();
    reader.next();
    reader.mark(reader.next(), places.root());
    return places;
  }

  private Event next() {
    return events.next();
  }

  private JsonNode document() {
    next();
    Event start = next();
    if (start.getEventId() == Event.ID.StreamEnd) {
      throw fault(
          start, RejectionCode.JSON_MALFORMED, "Expected a YAML document, but found nothing");
    }
    if (start instanceof DocumentStartEvent document
        && (document.getSpecVersion().isPresent() || !document.getTags().isEmpty())) {
      note(start, RejectionCode.YAML_UNSAFE, "Expected no % directives");
    }
    JsonNode value = value(next(), 1);
    next();
    Event end = next();
    if (end.getEventId() != Event.ID.StreamEnd) {
      throw fault(end, RejectionCode.JSON_MALFORMED, "Expected one YAML document, but found more");
    }
    return value;
  }

  private JsonNode value(Event event, int depth) {
    checkSafe(event);
    return switch (event.getEventId()) {
      case MappingStart -> object(event, depth);
      case SequenceStart -> array(event, depth);
      case Scalar -> scalar((ScalarEvent) event);
      case Alias -> JSON.nullNode(); // noted; never followed
      default -> throw new IllegalStateException("No value begins with " + event.getEventId());
    };
  }

  private void checkSafe(Event event) {
    if (event instanceof AliasEvent) {
      note(event, RejectionCode.YAML_UNSAFE, "Expected no aliases: write the value out");
      return;
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      note(event, RejectionCode.YAML_UNSAFE, "Expected no anchors: write values out");
    }
    boolean tagged =
        (event instanceof ScalarEvent scalar && scalar.getTag().isPresent())
            || (event instanceof CollectionStartEvent start && start.getTag().isPresent());
    if (tagged) {
      note(event, RejectionCode.YAML_UNSAFE, "Expected no tags: use quotes for text");
    }
  }

  private void checkDepth(Event event, int depth) {
    if (depth > Limits.JSON_DEPTH_MAX) {
      throw fault(
          event,
          RejectionCode.JSON_TOO_DEEP,
          "Expected at most " + Limits.JSON_DEPTH_MAX + " levels of nesting");
    }
  }

  private JsonNode object(Event start, int depth) {
    checkDepth(start, depth);
    ObjectNode object = JSON.objectNode();
    for (Event key = next(); key.getEventId() != Event.ID.MappingEnd; key = next()) {
      String name = name(key);
      path.addLast(name);
      if (object.has(name)) {
        note(key, RejectionCode.JSON_DUPLICATE_KEY, "Expected each key once, but this is another");
      }
      object.set(name, value(next(), depth + 1));
      path.removeLast();
    }
    return object;
  }

  private String name(Event key) {
    checkSafe(key);
    if (key instanceof AliasEvent) {
      return "*"; // noted; stands for what it is
    }
    if (!(key instanceof ScalarEvent scalar)) {
      throw fault(key, RejectionCode.JSON_MALFORMED, "Expected a text as key");
    }
    if (scalar.isPlain() && scalar.getValue().equals("<<")) {
      note(key, RejectionCode.YAML_UNSAFE, "Expected no merge keys: write the members out");
      return "<<";
    }
    if (scalar.isPlain() && scalar.getValue().isEmpty()) {
      throw fault(key, RejectionCode.JSON_MALFORMED, "Expected a key, but found nothing");
    }
    checkText(key, scalar.getValue());
    return scalar.getValue();
  }

  private JsonNode array(Event start, int depth) {
    checkDepth(start, depth);
    ArrayNode array = JSON.arrayNode();
    for (Event item = next(); item.getEventId() != Event.ID.SequenceEnd; item = next()) {
      path.addLast(String.valueOf(array.size()));
      array.add(value(item, depth + 1));
      path.removeLast();
    }
    return array;
  }

  private JsonNode scalar(ScalarEvent scalar) {
    String text = scalar.getValue();
    if (!scalar.isPlain()) {
      checkText(scalar, text);
      return JSON.stringNode(text);
    }
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> JSON.nullNode();
      case "true", "True", "TRUE" -> JSON.booleanNode(true);
      case "false", "False", "FALSE" -> JSON.booleanNode(false);
      default -> {
        JsonNode number = number(scalar, text);
        if (number == null) {
          checkText(scalar, text);
        }
        yield number == null ? JSON.stringNode(text) : number;
      }
    };
  }

  private @Nullable JsonNode number(ScalarEvent scalar, String text) {
    boolean plain = INTEGER.matcher(text).matches() || FLOAT.matcher(text).matches();
    boolean based = BASED.matcher(text).matches();
    if (!plain && !based && !NO_NUMBER.matcher(text).matches()) {
      return null;
    }
    JsonNode number = null;
    if (based) {
      number = based(text);
    } else if (plain && text.length() <= NUMBER_CHARS_MAX) {
      number = Numbers.node(text);
    }
    if (number == null) {
      note(
          scalar,
          RejectionCode.JSON_NUMBER_RANGE,
          "Expected a number that fits 64 bits or a double");
      return JSON.nullNode();
    }
    return number;
  }

  private static @Nullable JsonNode based(String text) {
    try {
      return Numbers.node(
          String.valueOf(Long.parseLong(text.substring(2), text.charAt(1) == 'o' ? 8 : 16)));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private void checkText(Event event, String text) {
    switch (Numbers.flaw(text)) {
      case NUL -> throw fault(event, RejectionCode.TEXT_NUL, "Expected text without U+0000");
      case SURROGATE ->
          throw fault(
              event, RejectionCode.JSON_ENCODING, "Expected text, but found a lone surrogate");
      case NONE -> {}
    }
  }

  private void mark(Event event, Places.@Nullable Spot spot) {
    if (spot != null) {
      spot.valueAt(place(event));
    }
    switch (event.getEventId()) {
      case MappingStart -> {
        for (Event key = next(); key.getEventId() != Event.ID.MappingEnd; key = next()) {
          Places.Spot child = spot == null ? null : spot.child(((ScalarEvent) key).getValue());
          if (child != null) {
            child.nameAt(place(key));
          }
          mark(next(), child);
        }
      }
      case SequenceStart -> {
        int index = 0;
        for (Event item = next(); item.getEventId() != Event.ID.SequenceEnd; item = next()) {
          mark(item, spot == null ? null : spot.child(String.valueOf(index)));
          index++;
        }
      }
      default -> {}
    }
  }

  private static Place place(Event event) {
    return event
        .getStartMark()
        .map(mark -> new Place(mark.getLine() + 1, mark.getColumn() + 1, mark.getIndex()))
        .orElse(new Place(1, 1, 0));
  }

  private void note(Event at, RejectionCode code, String detail) {
    if (notes.size() < Limits.PROBLEMS_MAX) {
      Place place = place(at);
      notes.add(new FieldError(code.code(), pointer(), detail, place.line(), place.column()));
    }
  }

  private Fault fault(Event at, RejectionCode code, String detail) {
    Place place = place(at);
    return new Fault(Reading.refused(code, pointer(), detail, place.line(), place.column()));
  }

  private String pointer() {
    StringBuilder pointer = new StringBuilder();
    path.forEach(each -> pointer.append('/').append(Places.escaped(each)));
    return pointer.toString();
  }

  /** Ends reading. */
  private static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Reading.Refused refused;

    Fault(Reading.Refused refused) {
      super(refused.rejection().detail(), null, false, false);
      this.refused = refused;
    }
  }
}
