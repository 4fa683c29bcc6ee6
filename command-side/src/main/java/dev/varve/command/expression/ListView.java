package dev.varve.command.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A read-only list as CEL sees it. It is a {@link CelValue} so that CEL takes it as it is: a plain
 * list would be walked at every step of a loop that builds it.
 */
@SuppressWarnings({
  "Immutable",
  "NullAway"
}) // grows only behind its end; JDK declares what it passes on
final class ListView extends CelValue implements List<Object>, RandomAccess {
  private static final CelType TYPE = ListType.create(SimpleType.DYN);

  private final List<Object> items;

  /** Shows {@code items}, which must never change. */
  ListView(List<Object> items) {
    this.items = items;
  }

  /**
   * Returns both lists as one. Appending to the newest list of a chain costs only what is appended,
   * so a loop that builds a list of n elements costs n.
   */
  static ListView concat(Collection<?> first, Collection<?> second) {
    if (first instanceof ListView view && view.items instanceof Prefix prefix) {
      Prefix longer = prefix.append(second);
      if (longer != null) {
        Budget.allocate(second.size());
        return new ListView(longer);
      }
    }
    Budget.allocate((long) first.size() + second.size());
    List<Object> joined = new ArrayList<>(first.size() + second.size());
    joined.addAll(first);
    joined.addAll(second);
    return new ListView(new Prefix(joined, joined.size()));
  }

  /** The first {@code length} elements of a list that may grow behind them. */
  private static final class Prefix extends AbstractList<Object> implements RandomAccess {
    private final List<Object> shared;
    private final int length;

    Prefix(List<Object> shared, int length) {
      this.shared = shared;
      this.length = length;
    }

    @Nullable Prefix append(Collection<?> more) {
      if (shared.size() != length) {
        return null;
      }
      shared.addAll(more);
      return new Prefix(shared, shared.size());
    }

    @Override
    public Object get(int index) {
      if (index >= length) {
        throw new IndexOutOfBoundsException(index);
      }
      return shared.get(index);
    }

    @Override
    public int size() {
      return length;
    }
  }

  /** Returns what is shown. */
  List<Object> items() {
    return items;
  }

  @Override
  public Object value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return items.isEmpty();
  }

  @Override
  public CelType celType() {
    return TYPE;
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public boolean isEmpty() {
    return items.isEmpty();
  }

  @Override
  public boolean contains(Object value) {
    return items.contains(value);
  }

  @Override
  public Iterator<Object> iterator() {
    return items.iterator();
  }

  @Override
  public Object[] toArray() {
    return items.toArray();
  }

  @Override
  public <T> T[] toArray(T[] array) {
    return items.toArray(array);
  }

  @Override
  public boolean containsAll(Collection<?> all) {
    return all.stream().allMatch(items::contains);
  }

  @Override
  public Object get(int index) {
    return items.get(index);
  }

  @Override
  public int indexOf(Object value) {
    return items.indexOf(value);
  }

  @Override
  public int lastIndexOf(Object value) {
    return items.lastIndexOf(value);
  }

  @Override
  public ListIterator<Object> listIterator() {
    return items.listIterator();
  }

  @Override
  public ListIterator<Object> listIterator(int index) {
    return items.listIterator(index);
  }

  @Override
  public List<Object> subList(int from, int to) {
    return items.subList(from, to);
  }

  @Override
  public boolean add(Object value) {
    throw readOnly();
  }

  @Override
  public void add(int index, Object value) {
    throw readOnly();
  }

  @Override
  public boolean remove(Object value) {
    throw readOnly();
  }

  @Override
  public Object remove(int index) {
    throw readOnly();
  }

  @Override
  public boolean addAll(Collection<?> all) {
    throw readOnly();
  }

  @Override
  public boolean addAll(int index, Collection<?> all) {
    throw readOnly();
  }

  @Override
  public boolean removeAll(Collection<?> all) {
    throw readOnly();
  }

  @Override
  public boolean retainAll(Collection<?> all) {
    throw readOnly();
  }

  @Override
  public void clear() {
    throw readOnly();
  }

  @Override
  public Object set(int index, Object value) {
    throw readOnly();
  }

  private static UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException("read-only");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return items.equals(other instanceof ListView view ? view.items : other);
  }

  @Override
  public int hashCode() {
    return items.hashCode();
  }

  @Override
  public String toString() {
    return "list of " + items.size();
  }
}
