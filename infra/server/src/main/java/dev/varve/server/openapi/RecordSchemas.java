package dev.varve.server.openapi;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the schemas of answers off the records that are written: all members are always there, and
 * those that may be null say so.
 */
final class RecordSchemas {
  private static final Map<String, String> OPAQUE =
      Map.of(
          "asOfPosition", "how far the read model was; fits `minPosition`",
          "position", "a place in the log; fits `minPosition`, `after` and `Last-Event-ID`");

  private final ObjectNode schemas;

  /**
   * Adds to {@code schemas}.
   *
   * @param schemas by name; each record and enumeration is added once under its simple name
   */
  RecordSchemas(ObjectNode schemas) {
    this.schemas = schemas;
  }

  /** Adds a record and all it consists of; returns a reference to it. */
  ObjectNode add(Class<?> type) {
    String name = type.getSimpleName();
    if (!schemas.has(name)) {
      schemas.putObject(name); // holds the place while the record refers to itself
      schemas.set(name, type.isEnum() ? words(type) : members(new Shape(), type).schema());
    }
    return Shape.ref(name);
  }

  /** Adds the members of a record to {@code shape}. */
  Shape members(Shape shape, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      shape.has(component.getName(), member(component));
    }
    return shape;
  }

  private ObjectNode member(RecordComponent component) {
    AnnotatedType type = component.getAnnotatedType();
    String opaque = OPAQUE.get(component.getName());
    ObjectNode schema = opaque == null ? schema(type) : Shape.opaque(opaque);
    return type.isAnnotationPresent(Nullable.class) ? Shape.orNull(schema) : schema;
  }

  private ObjectNode schema(AnnotatedType annotated) {
    Type type = annotated.getType();
    if (type instanceof ParameterizedType generic) {
      AnnotatedType[] of =
          ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments();
      if (generic.getRawType().equals(List.class)) {
        return Shape.list(schema(of[0]));
      }
      if (generic.getRawType().equals(Map.class)) {
        return Shape.map(schema(of[1]));
      }
    }
    return type instanceof Class<?> simple ? schema(simple) : unknown(type);
  }

  private ObjectNode schema(Class<?> type) {
    if (type.equals(String.class)) {
      return Shape.text();
    }
    if (type.equals(UUID.class)) {
      return Shape.format("uuid");
    }
    if (type.equals(Instant.class)) {
      return Shape.format("date-time");
    }
    if (type.equals(int.class) || type.equals(long.class)) {
      return Shape.whole();
    }
    if (type.equals(boolean.class)) {
      return Shape.flag();
    }
    if (type.equals(JsonNode.class)) {
      return Shape.any("Any JSON, null included");
    }
    return type.isRecord() || type.isEnum() ? add(type) : unknown(type);
  }

  private static ObjectNode words(Class<?> type) {
    return Shape.oneOf(Arrays.stream(type.getEnumConstants()).map(Object::toString).toList());
  }

  private static ObjectNode unknown(Type type) {
    throw new IllegalStateException("Expected a type that has a schema, but was " + type);
  }
}
