package dev.varve.command.expression;

import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import dev.cel.common.values.SelectableValue;
import java.util.AbstractMap;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A read-only object as CEL sees it. It is a {@link CelValue} so that CEL takes it as it is: a
 * plain map would be walked to its leaves at every selection.
 */
abstract class MapView extends CelValue implements Map<String, Object>, SelectableValue<String> {
  private static final CelType TYPE = MapType.create(SimpleType.STRING, SimpleType.DYN);
  private static final int NAMES_SHOWN_MAX = 20;

  /** Returns the member as a CEL value; null when there is none. */
  abstract @Nullable Object member(String name);

  /** Returns the names of all members, in order. */
  abstract Collection<String> names();

  /** Returns the path from a variable to here, e.g. {@code nodes.price.output}; for messages. */
  abstract String path();

  /** Returns what to tell when {@code name} is missing. */
  String missing(String name) {
    Collection<String> names = names();
    String existing =
        names.isEmpty()
            ? "it is empty"
            : "it has: "
                + names.stream().limit(NAMES_SHOWN_MAX).collect(Collectors.joining(", "))
                + (names.size() > NAMES_SHOWN_MAX ? ", ..." : "");
    return "'" + name + "' does not exist in " + path() + "; " + existing;
  }

  @Override
  public final Object select(String field) {
    Object value = member(field);
    if (value == null) {
      throw CelAttributeNotFoundException.of(missing(field));
    }
    return value;
  }

  @Override
  public final Optional<Object> find(String field) {
    return Optional.ofNullable(member(field));
  }

  @Override
  public final Object value() {
    return this;
  }

  @Override
  public final boolean isZeroValue() {
    return isEmpty();
  }

  @Override
  public final CelType celType() {
    return TYPE;
  }

  @Override
  public int size() {
    return names().size();
  }

  @Override
  public final boolean isEmpty() {
    return size() == 0;
  }

  @Override
  public final boolean containsKey(@Nullable Object key) {
    return key instanceof String name && member(name) != null;
  }

  @Override
  public final boolean containsValue(@Nullable Object value) {
    return values().contains(value);
  }

  @Override
  public final @Nullable Object get(@Nullable Object key) {
    return key instanceof String name ? member(name) : null;
  }

  @Override
  public final Set<String> keySet() {
    return new LinkedHashSet<>(names());
  }

  @Override
  public final Collection<Object> values() {
    return List.copyOf(copy().values());
  }

  @Override
  public final Set<Entry<String, Object>> entrySet() {
    return copy().entrySet();
  }

  private AbstractMap<String, Object> copy() {
    LinkedHashMap<String, Object> copy = new LinkedHashMap<>();
    for (String name : names()) {
      copy.put(name, select(name));
    }
    return copy;
  }

  @Override
  public final @Nullable Object put(String key, Object value) {
    throw new UnsupportedOperationException("read-only");
  }

  @Override
  public final @Nullable Object remove(@Nullable Object key) {
    throw new UnsupportedOperationException("read-only");
  }

  @Override
  public final void putAll(Map<? extends String, ?> map) {
    throw new UnsupportedOperationException("read-only");
  }

  @Override
  public final void clear() {
    throw new UnsupportedOperationException("read-only");
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof Map<?, ?> map && copy().equals(map);
  }

  @Override
  public final int hashCode() {
    return copy().hashCode();
  }

  @Override
  public final String toString() {
    return path();
  }
}
