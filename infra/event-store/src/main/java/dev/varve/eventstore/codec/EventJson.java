package dev.varve.eventstore.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Limits;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * The JSON of stored events: record component names in order, ids as plain strings, instants and
 * durations as ISO 8601, nulls and empty lists and maps left out. No class names and no default
 * typing.
 */
public final class EventJson {
  private static final JsonMapper MAPPER = build();

  private EventJson() {}

  /** Returns the mapper, which is immutable. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * Whatever was taken and stored can be read again: text and names are limited by the size of the
   * whole event only, where the library's own limit on names is lower than what a document may
   * hold.
   */
  private static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNameLength(Limits.EVENT_PAYLOAD_BYTES_MAX)
                .maxStringLength(Limits.EVENT_PAYLOAD_BYTES_MAX)
                .build())
        .build();
  }

  private static JsonMapper build() {
    return JsonMapper.builder(factory())
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
        .withConfigOverride(
            List.class,
            list ->
                list.setInclude(nonEmpty())
                    .setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
        .withConfigOverride(
            Map.class,
            map ->
                map.setInclude(nonEmpty())
                    .setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
        .addModule(ids())
        .build();
  }

  private static JsonInclude.Value nonEmpty() {
    return JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS);
  }

  private static SimpleModule ids() {
    var module = new SimpleModule("varve-ids");
    add(
        module,
        ExecutionId.class,
        id -> id.value().toString(),
        t -> new ExecutionId(UUID.fromString(t)));
    add(module, NodePath.class, NodePath::value, NodePath::new);
    add(module, TenantId.class, TenantId::value, TenantId::new);
    return module;
  }

  private static <T> void add(
      SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
    module.addSerializer(new TextSerializer<>(type, write));
    module.addDeserializer(type, new TextDeserializer<>(type, read));
  }

  private static final class TextSerializer<T> extends StdSerializer<T> {
    private final Function<T, String> write;

    TextSerializer(Class<T> type, Function<T, String> write) {
      super(type);
      this.write = write;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializationContext context) {
      out.writeString(write.apply(value));
    }
  }

  private static final class TextDeserializer<T> extends StdDeserializer<T> {
    private final Function<String, T> read;

    TextDeserializer(Class<T> type, Function<String, T> read) {
      super(type);
      this.read = read;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) {
      return read.apply(in.getString());
    }
  }
}
