package dev.varve.server.openapi;

import static dev.varve.server.openapi.Shape.any;
import static dev.varve.server.openapi.Shape.either;
import static dev.varve.server.openapi.Shape.flag;
import static dev.varve.server.openapi.Shape.format;
import static dev.varve.server.openapi.Shape.list;
import static dev.varve.server.openapi.Shape.map;
import static dev.varve.server.openapi.Shape.oneOf;
import static dev.varve.server.openapi.Shape.opaque;
import static dev.varve.server.openapi.Shape.open;
import static dev.varve.server.openapi.Shape.orNull;
import static dev.varve.server.openapi.Shape.ref;
import static dev.varve.server.openapi.Shape.text;
import static dev.varve.server.openapi.Shape.whole;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.DefinitionSummary;
import dev.varve.api.definition.DefinitionVersionView;
import dev.varve.api.definition.DefinitionView;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.ExecutionSummary;
import dev.varve.api.execution.ExecutionView;
import dev.varve.api.projection.ProjectionView;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.TaskView;
import dev.varve.api.task.TimerView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The schemas of all bodies that come and go, by name. */
final class Schemas {
  private static final String POSITION = "position";
  private static final String ITEMS = "items";
  private static final String NEXT = "next";
  private static final String STATUS = "status";
  private static final String VERSION = "version";

  private Schemas() {}

  /** Returns all. */
  static ObjectNode all() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.set("Definition", definition());
    var records = new RecordSchemas(all);
    page(all, "DefinitionPage", records.add(DefinitionSummary.class));
    page(all, "ExecutionPage", records.add(ExecutionSummary.class));
    page(all, "TaskPage", records.add(TaskView.class));
    page(all, "TimerPage", records.add(TimerView.class));
    records.add(DefinitionView.class);
    records.add(DefinitionVersionView.class);
    records.add(ExecutionView.class);
    all.set("Projections", items(records.add(ProjectionView.class)).schema());
    commands(all);
    past(all, records);
    events(all);
    operations(all);
    all.set("Problem", problem());
    return all;
  }

  /** The schema that the command side publishes, with its references moved to where it is here. */
  private static ObjectNode definition() {
    try (InputStream in = Schemas.class.getResourceAsStream("/dev/varve/definition.schema.json")) {
      JsonMapper json = JsonMapper.shared();
      String text = json.readTree(Objects.requireNonNull(in)).toString();
      String moved = text.replace("\"#/$defs/", "\"#/components/schemas/Definition/$defs/");
      ObjectNode schema = (ObjectNode) json.readTree(moved);
      schema.remove(List.of("$id", "$schema"));
      return schema;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Shape items(ObjectNode item) {
    return new Shape().has(ITEMS, list(item));
  }

  private static void page(ObjectNode all, String name, ObjectNode item) {
    Shape page =
        items(item)
            .has(NEXT, orNull(opaque("`cursor` of the next page; null on the last one")))
            .has("asOfPosition", opaque("how far the read model was; fits `minPosition`"));
    all.set(name, page.schema());
  }

  private static void commands(ObjectNode all) {
    ObjectNode name = text(1, Limits.NAME_CHARS_MAX);
    ObjectNode labels = map(name.deepCopy()).put("maxProperties", Limits.LABELS_MAX);
    all.set(
        "StartExecution",
        new Shape()
            .has("definition", name.deepCopy())
            .mayHave(VERSION, orNull(whole(1)))
            .mayHave("input", any("Any JSON that fits the definition's input schema; {} if absent"))
            .mayHave("businessKey", orNull(name.deepCopy()))
            .mayHave("labels", orNull(labels))
            .closed()
            .schema());
    all.set(
        "ControlExecution",
        new Shape().mayHave("reason", orNull(name.deepCopy())).closed().schema());
    all.set(
        "DiscardParked",
        new Shape().has("reason", text(1, 1_000).put("pattern", "\\S")).closed().schema());
    all.set(
        "Published",
        new Shape()
            .has("name", text())
            .has(VERSION, whole(1))
            .has("created", flag())
            .has(POSITION, opaque("where it was committed"))
            .schema());
    all.set("Checked", new Shape().has("name", text()).has("created", flag()).schema());
    all.set("PublishedOrChecked", either(ref("Published"), ref("Checked")));
    all.set(
        "ExecutionAnswer",
        new Shape()
            .has("executionId", format("uuid"))
            .has(STATUS, ref(ExecutionStatus.class.getSimpleName()))
            .has("definition", text())
            .has(VERSION, whole(1))
            .has("streamVersion", whole(0))
            .has(POSITION, opaque("where it was committed; fits `minPosition`"))
            .schema());
    all.set("StartedOrEnded", either(ref("ExecutionAnswer"), ref("ExecutionView")));
  }

  private static Shape moment() {
    return new Shape().has("sequence", whole(0)).has("recordedAt", format("date-time"));
  }

  private static void past(ObjectNode all, RecordSchemas records) {
    all.set("ExecutionState", records.members(moment(), ExecutionView.class).schema());
    all.set("Moment", moment().schema());
    all.set(
        "Change",
        new Shape()
            .has("pointer", text())
            .mayHave("before", any("Absent when it is new"))
            .mayHave("after", any("Absent when it is gone"))
            .schema());
    all.set(
        "ExecutionDiff",
        new Shape()
            .has("executionId", format("uuid"))
            .has("from", ref("Moment"))
            .has("to", ref("Moment"))
            .has("changes", list(ref("Change")))
            .schema());
  }

  private static Shape event(Shape begun) {
    return begun
        .has("type", text())
        .has("revision", whole(1))
        .has("recordedAt", format("date-time"))
        .mayHave("data", open("As event-format.md says of the type; absent with `data=false`"))
        .has("metadata", ref("EventMetadata"));
  }

  private static void events(ObjectNode all) {
    all.set(
        "EventMetadata",
        new Shape()
            .has("node", text())
            .has("actor", text())
            .has("commandId", format("uuid"))
            .mayHave("correlationId", text())
            .mayHave("causationId", text())
            .mayHave("traceparent", text())
            .schema());
    Shape event = new Shape().has("sequence", whole(0)).has(POSITION, opaque("a place in the log"));
    all.set(
        "Event",
        event(event)
            .mayHave("nodeId", text())
            .mayHave("path", text())
            .mayHave("attempt", whole(1))
            .schema());
    Shape item =
        new Shape()
            .has(POSITION, opaque("a place in the log"))
            .has("streamId", format("uuid"))
            .has("streamType", text())
            .has("sequence", whole(0))
            .has("eventId", format("uuid"));
    all.set("FeedItem", event(item).schema());
    all.set(
        "EventPage",
        items(ref("Event"))
            .has(NEXT, orNull(whole(0).put("description", "`after` of the next page")))
            .schema());
    all.set(
        "FeedPage", items(ref("FeedItem")).has(NEXT, opaque("`after` of the next page")).schema());
  }

  private static void operations(ObjectNode all) {
    all.set("ProjectionName", new Shape().has("name", text()).schema());
    ObjectNode parked =
        new Shape()
            .has("streamId", format("uuid"))
            .has("partition", whole(0))
            .has(POSITION, opaque("of the first event set aside"))
            .has("events", whole(0))
            .has("tries", whole(0))
            .has("cause", text())
            .has("parkedAt", format("date-time"))
            .mayHave("discardedAt", format("date-time"))
            .mayHave("reason", orNull(text()))
            .schema();
    all.set("Parked", parked);
    all.set("ParkedList", items(ref("Parked")).schema());
    all.set(
        "ParkedRetried",
        new Shape().has("streamId", format("uuid")).has("events", whole(0)).schema());
    all.set(
        "ParkedDiscarded",
        new Shape().has("streamId", format("uuid")).has("reason", text()).schema());
    Shape bad =
        new Shape().has("partition", whole(0)).has(POSITION, whole(1)).has("problem", text());
    all.set("FirstBad", bad.schema());
    all.set(
        "Verdict",
        new Shape()
            .has("valid", flag())
            .has("checked", whole(0).put("description", "Events of this part in order"))
            .has("remaining", whole(0).put("description", "Events after this part"))
            .has("checkedTo", opaque("the last position that was looked at"))
            .has("firstBad", orNull(ref("FirstBad")))
            .has(NEXT, orNull(opaque("`after` of the next part; null at the end")))
            .schema());
    Shape part =
        new Shape()
            .has(STATUS, upOrDown())
            .has("essential", flag())
            .has("details", any("What a person may want to see"));
    all.set("HealthPart", part.schema());
    all.set(
        "Health",
        new Shape().has(STATUS, upOrDown()).has("components", map(ref("HealthPart"))).schema());
    all.set("Alive", new Shape().has(STATUS, oneOf(List.of("UP"))).schema());
    all.set(
        "OpenApi",
        new Shape()
            .has("openapi", text())
            .has("info", open("Title and version"))
            .has("paths", open("Operations by path and method"))
            .has("components", open("Schemas"))
            .others(any("Whatever else OpenAPI has"))
            .schema());
  }

  private static ObjectNode upOrDown() {
    return oneOf(List.of("UP", "DOWN"));
  }

  private static ObjectNode problem() {
    ObjectNode error =
        new Shape()
            .has("code", text())
            .has("pointer", text().put("description", "RFC 6901 pointer into the request"))
            .has("detail", text())
            .mayHave("line", whole(1))
            .mayHave("column", whole(1))
            .schema();
    return new Shape()
        .has("type", format("uri"))
        .has("title", text())
        .has(STATUS, whole(400))
        .has("code", oneOf(Arrays.stream(RejectionCode.values()).map(RejectionCode::code).toList()))
        .has("detail", text())
        .mayHave("errors", list(error))
        .others(text())
        .schema();
  }
}
