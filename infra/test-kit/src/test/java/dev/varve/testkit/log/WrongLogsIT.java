package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.log.LogTestbed.Mutation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract notices logs that are wrong on purpose, and does not mind the right one. */
class WrongLogsIT {
  @Test
  void acknowledging_before_the_commit_is_noticed() {
    Mutation wrong = (log, database, node) -> new EarlyAnswerLog(log);
    assertThat(run(wrong, Basics::new, Basics::what_is_acknowledged_is_there_for_everyone))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("acknowledgements");
  }

  @Test
  void positions_from_a_sequence_are_noticed() {
    Mutation wrong = SequenceLog::new;
    assertThat(
            run(
                wrong,
                Load::new,
                Load
                    ::positions_are_dense_and_in_the_order_of_visibility_under_many_writers_on_two_nodes))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("became visible after position");
  }

  @Test
  void ignoring_receipts_is_noticed() {
    Mutation wrong = (log, database, node) -> new ForgetfulLog(log);
    assertThat(run(wrong, Conditions::new, Conditions::a_repeated_command_gets_the_first_answer))
        .isInstanceOf(AssertionError.class);
    assertThat(run(wrong, Conditions::new, Conditions::a_command_id_with_another_body_is_refused))
        .isInstanceOf(AssertionError.class);
    assertThat(
            run(
                wrong,
                Conditions::new,
                Conditions::of_concurrent_repeats_one_is_committed_and_all_get_its_answer))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void the_store_itself_passes_the_same_cases_run_in_the_same_way() {
    assertThat(run(Mutation.NONE, Basics::new, Basics::what_is_acknowledged_is_there_for_everyone))
        .isNull();
    assertThat(
            run(
                Mutation.NONE,
                Conditions::new,
                Conditions::a_repeated_command_gets_the_first_answer))
        .isNull();
    assertThat(
            run(
                Mutation.NONE,
                Conditions::new,
                Conditions::a_command_id_with_another_body_is_refused))
        .isNull();
    assertThat(
            run(
                Mutation.NONE,
                Conditions::new,
                Conditions::of_concurrent_repeats_one_is_committed_and_all_get_its_answer))
        .isNull();
    assertThat(
            run(
                Mutation.NONE,
                Load::new,
                Load
                    ::positions_are_dense_and_in_the_order_of_visibility_under_many_writers_on_two_nodes))
        .isNull();
  }

  @FunctionalInterface
  private interface Case<C> {
    void of(C contract) throws Exception;
  }

  /** Runs one case as JUnit would; returns what it failed with, or null. */
  private static <C extends LogContract> @Nullable Throwable run(
      Mutation mutation, Function<LogTestbed, C> contract, Case<C> testCase) {
    LogTestbed right = LogServers.standard();
    C made =
        contract.apply(
            new LogTestbed(right.server(), right.partitions(), right.feedFromMemory(), mutation));
    Throwable failure = null;
    made.open();
    try {
      testCase.of(made);
    } catch (Throwable e) {
      failure = e;
    }
    try {
      made.close();
    } catch (Throwable e) {
      failure = failure == null ? e : failure;
    }
    return failure;
  }

  private static final class Basics extends EventLogContract {
    Basics(LogTestbed bed) {
      super(bed);
    }
  }

  private static final class Conditions extends EventLogConditionsContract {
    Conditions(LogTestbed bed) {
      super(bed);
    }
  }

  private static final class Load extends EventLogLoadContract {
    Load(LogTestbed bed) {
      super(bed);
    }
  }
}
