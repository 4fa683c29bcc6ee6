package dev.varve.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.definition.DefinitionEvent;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class EventTypesTest {
  private final EventTypes types = EventTypes.standard();

  static List<Object> samples() {
    return EventSamples.all();
  }

  @Test
  void every_permitted_record_has_a_stored_name_and_a_sample() {
    List<Class<?>> permitted = new ArrayList<>();
    collect(ExecutionEvent.class, permitted);
    collect(DefinitionEvent.class, permitted);
    assertThat(types.all().stream().<Class<?>>map(EventType::payload))
        .containsExactlyInAnyOrderElementsOf(permitted);
    assertThat(samples().stream().<Class<?>>map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(permitted);
  }

  @Test
  void a_stored_name_is_no_class_name_and_belongs_to_its_stream_type() {
    assertThat(types.all())
        .allSatisfy(type -> {
          assertThat(type.name()).matches("[a-z]+\\.[a-z]+(-[a-z]+)*");
          assertThat(type.name()).startsWith(type.streamType() + ".");
          assertThat(type.revision()).isPositive();
        });
  }

  @ParameterizedTest
  @MethodSource("samples")
  void what_is_written_equals_the_golden_file_and_reads_back_equal(Object event)
      throws IOException {
    EventType type = types.of(event.getClass());
    byte[] json = types.write(event);
    assertThat(new String(json, StandardCharsets.UTF_8))
        .isEqualTo(golden(type.name(), type.revision()));
    assertThat(types.read(type.name(), type.revision(), json)).isEqualTo(event);
  }

  @Test
  void every_golden_file_of_an_old_revision_still_loads() throws IOException {
    for (EventType type : types.all()) {
      for (int revision = 1; revision <= type.revision(); revision++) {
        byte[] json = golden(type.name(), revision).getBytes(StandardCharsets.UTF_8);
        assertThat(types.read(type.name(), revision, json)).isInstanceOf(type.payload());
      }
    }
  }

  @Test
  void absent_lists_and_maps_read_as_empty() {
    var read =
        (NodeCompleted)
            types.read(
                "execution.node-completed",
                1,
                utf8("{\"nodeId\":\"a\",\"path\":\"a\",\"attempt\":0,\"output\":{}}"));
    assertThat(read.taken()).isEmpty();
    assertThat(read.scheduled()).isEmpty();
    assertThat(read.output()).isEqualTo(EventSamples.json("{}"));
  }

  @Test
  void nulls_and_empty_lists_are_not_written() {
    assertThat(types.write(new ExecutionCancelled(null, List.of()))).isEqualTo(utf8("{}"));
  }

  @Test
  void a_name_revision_or_class_that_is_not_registered_is_refused() {
    assertThatThrownBy(() -> types.read("execution.dreamt", 1, utf8("{}")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("execution.dreamt");
    assertThatThrownBy(() -> types.read("execution.failed", 2, utf8("{}")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Revision 2");
    assertThatThrownBy(() -> types.write("text")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_old_revision_is_brought_up_step_by_step() {
    var upcast =
        new EventTypes(
            List.of(new EventType("execution.cancelled", "execution", 3, ExecutionCancelled.class)),
            List.of(rename(1, "why", "because"), rename(2, "because", "reason")));
    assertThat(upcast.read("execution.cancelled", 1, utf8("{\"why\":\"a\"}")))
        .isEqualTo(new ExecutionCancelled("a", List.of()));
    assertThat(upcast.read("execution.cancelled", 2, utf8("{\"because\":\"b\"}")))
        .isEqualTo(new ExecutionCancelled("b", List.of()));
    assertThat(upcast.read("execution.cancelled", 3, utf8("{\"reason\":\"c\"}")))
        .isEqualTo(new ExecutionCancelled("c", List.of()));
  }

  @Test
  void an_old_revision_without_an_upcaster_is_refused_at_once() {
    assertThatThrownBy(() ->
            new EventTypes(
                List.of(
                    new EventType("execution.cancelled", "execution", 2, ExecutionCancelled.class)),
                List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no upcaster");
  }

  private static Upcaster rename(int revision, String from, String to) {
    return new Upcaster() {
      @Override
      public String type() {
        return "execution.cancelled";
      }

      @Override
      public int fromRevision() {
        return revision;
      }

      @Override
      public JsonNode upcast(JsonNode stored) {
        var next = (ObjectNode) stored.deepCopy();
        next.set(to, next.remove(from));
        return next;
      }
    };
  }

  private static void collect(Class<?> sealed, List<Class<?>> records) {
    Stream.of(sealed.getPermittedSubclasses())
        .forEach(each -> {
          if (each.isSealed()) {
            collect(each, records);
          } else {
            records.add(each);
          }
        });
  }

  private static String golden(String name, int revision) throws IOException {
    String path = "/golden/" + name + "/" + revision + ".json";
    try (var in = EventTypesTest.class.getResourceAsStream(path)) {
      assertThat(in).as(path).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
