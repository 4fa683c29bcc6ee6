package dev.varve.api.common;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items in the order of the list, at most the limit asked for, may be empty
 * @param next opaque cursor of the page that follows; null when this is the last one
 * @param asOfPosition opaque token of the log position that the page shows
 * @param <T> what the list is of
 */
public record Page<T>(List<T> items, @Nullable String next, String asOfPosition) {
  /** Copies the list. */
  public Page {
    items = List.copyOf(items);
  }
}
