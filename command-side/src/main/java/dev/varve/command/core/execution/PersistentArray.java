package dev.varve.command.core.execution;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An immutable array of fixed length in which replacing an element copies at most {@code 16 *
 * depth} references: a trie of 16-way blocks. Blocks that hold nothing yet are null. Depth is 1 up
 * to 16 elements and 4 for 10,000, so a step of an execution costs about the same whatever the size
 * of its graph (decision record 0030).
 *
 * @param <T> the elements
 */
final class PersistentArray<T> {
  private static final int BITS = 4;
  private static final int WIDTH = 1 << BITS;
  private static final int MASK = WIDTH - 1;

  private final int length;
  private final int shift;
  private final @Nullable Object @Nullable [] root;

  private PersistentArray(int length, int shift, @Nullable Object @Nullable [] root) {
    this.length = length;
    this.shift = shift;
    this.root = root;
  }

  /** Returns an array of {@code length} absent elements. */
  static <T> PersistentArray<T> ofLength(int length) {
    int shift = 0;
    while ((length - 1) >>> shift >= WIDTH) {
      shift += BITS;
    }
    return new PersistentArray<>(length, shift, null);
  }

  int length() {
    return length;
  }

  /** Returns the element at {@code index}; null when absent. */
  @SuppressWarnings("unchecked")
  @Nullable T get(int index) {
    @Nullable Object @Nullable [] block = root;
    for (int level = shift; block != null && level > 0; level -= BITS) {
      block = (@Nullable Object[]) block[(index >>> level) & MASK];
    }
    return block == null ? null : (T) block[index & MASK];
  }

  /** Returns this array with another element at {@code index}. */
  PersistentArray<T> with(int index, T element) {
    @Nullable Object[] newRoot = copy(root);
    @Nullable Object[] block = newRoot;
    for (int level = shift; level > 0; level -= BITS) {
      int slot = (index >>> level) & MASK;
      @Nullable Object[] child = copy((@Nullable Object[]) block[slot]);
      block[slot] = child;
      block = child;
    }
    block[index & MASK] = element;
    return new PersistentArray<>(length, shift, newRoot);
  }

  /** A block no longer than the array needs: small graphs copy little. */
  private @Nullable Object[] copy(@Nullable Object @Nullable [] block) {
    return block == null ? new @Nullable Object[Math.min(WIDTH, length)] : block.clone();
  }

  /** Counts the blocks of this array that {@code other} does not share: what a change has cost. */
  int blocksNotSharedWith(PersistentArray<T> other) {
    return notShared(root, other.root, shift);
  }

  // two blocks are shared when they are one and the same object
  @SuppressWarnings("ReferenceEquality")
  private static int notShared(
      @Nullable Object @Nullable [] mine, @Nullable Object @Nullable [] theirs, int level) {
    if (mine == theirs || mine == null) {
      return 0;
    }
    int count = 1;
    for (int i = 0; level > 0 && i < mine.length; i++) {
      count +=
          notShared(
              (@Nullable Object[]) mine[i],
              theirs == null ? null : (@Nullable Object[]) theirs[i],
              level - BITS);
    }
    return count;
  }

  /** Compares with {@code other}, absent elements standing for what {@code absent} gives. */
  boolean sameAs(PersistentArray<T> other, IntFunction<T> absent) {
    if (length != other.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      T mine = get(i);
      T theirs = other.get(i);
      if (!Objects.equals(
          mine == null ? absent.apply(i) : mine, theirs == null ? absent.apply(i) : theirs)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    @Nullable Object[] all = new @Nullable Object[length];
    Arrays.setAll(all, this::get);
    return Arrays.toString(all);
  }
}
