package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentArrayTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 256, 257, 10_000})
  void an_array_remembers_what_was_put_and_leaves_older_ones_alone(int length) {
    Random random = new Random(length);
    Integer[] expected = new Integer[length];
    PersistentArray<Integer> array = PersistentArray.ofLength(length);
    for (int i = 0; i < 2_000; i++) {
      int index = random.nextInt(length);
      Integer old = array.get(index);
      PersistentArray<Integer> before = array;
      array = array.with(index, i);
      expected[index] = i;
      assertThat(before.get(index)).isEqualTo(old);
      assertThat(array.get(index)).isEqualTo(i);
    }
    for (int i = 0; i < length; i++) {
      assertThat(array.get(i)).isEqualTo(expected[i]);
    }
    assertThat(array.length()).isEqualTo(length);
  }

  @Test
  void absent_elements_are_equal_to_what_stands_for_them() {
    PersistentArray<Integer> empty = PersistentArray.ofLength(40);

    assertThat(empty.get(39)).isNull();
    assertThat(empty.sameAs(empty.with(39, 7), i -> 7)).isTrue();
    assertThat(empty.with(39, 7).sameAs(empty, i -> 7)).isTrue();
    assertThat(empty.sameAs(empty.with(39, 8), i -> 7)).isFalse();
    assertThat(empty.sameAs(PersistentArray.ofLength(41), i -> 7)).isFalse();
    assertThat(PersistentArray.<Integer>ofLength(2).with(1, 5)).hasToString("[null, 5]");
  }

  @Test
  void a_change_shares_all_but_one_path_of_blocks() {
    PersistentArray<Integer> array = PersistentArray.ofLength(10_000);
    for (int i = 0; i < 10_000; i++) {
      array = array.with(i, i);
    }

    assertThat(array.blocksNotSharedWith(array)).isZero();
    assertThat(array.with(5_000, 1).blocksNotSharedWith(array)).isEqualTo(4);
    assertThat(array.with(0, 1).with(9_999, 1).blocksNotSharedWith(array)).isEqualTo(7);
    assertThat(array.blocksNotSharedWith(PersistentArray.ofLength(10_000)))
        .isGreaterThan(10_000 / 16);
  }
}
