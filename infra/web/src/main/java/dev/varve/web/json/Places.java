package dev.varve.web.json;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the values behind some RFC 6901 pointers stand in a text. A document without faults
 * needs no places, so they are not kept while reading; who has faults reads the text once more with
 * this in hand.
 */
public final class Places {
  private final Spot root = new Spot();

  /** Prepares to find {@code pointers}, and everything on the way to them. */
  public Places(Collection<String> pointers) {
    for (String pointer : pointers) {
      Spot spot = root;
      for (String segment : segments(pointer)) {
        spot = spot.children.computeIfAbsent(segment, _ -> new Spot());
      }
    }
  }

  /** Returns the whole document, to be marked by who reads the text. */
  public Spot root() {
    return root;
  }

  /**
   * Returns where the value behind {@code pointer} begins; the nearest value around it when there
   * is none; null for a text without any value.
   */
  public @Nullable Place value(String pointer) {
    Place found = root.value;
    Spot spot = root;
    for (String segment : segments(pointer)) {
      Spot child = spot.children.get(segment);
      if (child == null || child.value == null) {
        break;
      }
      spot = child;
      found = child.value;
    }
    return found;
  }

  /** Returns where the name of the member behind {@code pointer} begins; else as {@link #value}. */
  public @Nullable Place name(String pointer) {
    Spot spot = root;
    for (String segment : segments(pointer)) {
      spot = spot.children.getOrDefault(segment, new Spot());
    }
    return spot.name == null ? value(pointer) : spot.name;
  }

  private static String[] segments(String pointer) {
    if (pointer.isEmpty()) {
      return new String[0];
    }
    String[] segments = pointer.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      segments[i] = segments[i].replace("~1", "/").replace("~0", "~");
    }
    return segments;
  }

  /** Returns {@code segment} as a part of a pointer, with {@code ~} and {@code /} escaped. */
  public static String escaped(String segment) {
    return segment.replace("~", "~0").replace("/", "~1");
  }

  /** One value on the way to what is looked for. */
  public static final class Spot {
    private final Map<String, Spot> children = new HashMap<>();
    private @Nullable Place name;
    private @Nullable Place value;

    private Spot() {}

    /**
     * Returns the member or element of that name or index; null when nothing there is asked for.
     */
    public @Nullable Spot child(String segment) {
      return children.get(segment);
    }

    /** Tells whether anything inside is asked for. */
    public boolean hasChildren() {
      return !children.isEmpty();
    }

    /** Marks where the member's name begins. */
    public void nameAt(Place place) {
      name = place;
    }

    /** Marks where the value begins. */
    public void valueAt(Place place) {
      value = place;
    }
  }
}
