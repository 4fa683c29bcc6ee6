package dev.varve.server.hostile;

import java.util.Map;
import java.util.Set;

/**
 * Codes that hostile input does not bring about on a sound server, and the test that does. All
 * others are shown by {@link HostileIT}, which fails when one of them is missing.
 */
public final class CodesElsewhere {
  /** Code to test class and method. */
  public static final Map<String, String> TESTS =
      Map.ofEntries(
          Map.entry("auth.required", "GuardedDoorsIT#without_the_key_nothing_is_told"),
          Map.entry(
              "request.rate",
              "GuardedDoorsIT#a_key_that_asks_too_often_is_told_when_to_come_again"),
          Map.entry(
              "server.overloaded",
              "EventStreamIT#one_stream_too_many_is_refused_and_the_others_go_on"),
          Map.entry(
              "projection.busy",
              "FailingDoorsIT#a_projection_is_rebuilt_by_the_node_that_runs_it_and_by_no_other"),
          Map.entry(
              "projection.not-parked",
              "ParkedDoorsIT#a_stream_that_work_cannot_handle_is_shown_retried_and_takes_readiness_away_meanwhile"),
          Map.entry(
              "projection.still-failing",
              "ParkedDoorsIT#a_stream_that_work_cannot_handle_is_shown_retried_and_takes_readiness_away_meanwhile"),
          Map.entry(
              "command.outcome-unknown",
              "FailingDoorsIT#a_commit_whose_outcome_stays_open_is_unknown_and_told_the_same_id_later"),
          Map.entry(
              "server.internal",
              "FailingDoorsIT#bytes_that_cannot_be_read_are_a_fault_of_the_server_told_without_insides"),
          Map.entry(
              "store.regressed",
              "FailingDoorsIT#a_log_that_has_lost_its_tail_takes_no_commands_until_an_operator_says_so"),
          Map.entry(
              "store.unavailable",
              "FailingDoorsIT#without_the_database_commands_and_queries_are_told_that_nothing_was_done"),
          Map.entry(
              "store.full", "DiskFullIT#a_full_disk_refuses_writes_serves_reads_and_loses_nothing"),
          Map.entry("execution.exists", "StartTest#an_id_starts_one_execution_only"),
          Map.entry(
              "task.not-active",
              "AttemptTest#a_result_that_comes_twice_is_rejected_the_second_time"),
          Map.entry("task.fenced", "AttemptTest#a_late_result_of_an_earlier_attempt_is_rejected"),
          Map.entry(
              "timer.not-pending",
              "TimerTest#timers_of_a_node_that_has_ended_and_of_unknown_nodes_are_not_pending"));

  /**
   * Those of them that no request can bring about: the server makes the ids of executions itself,
   * and workers and timers send their commands in process.
   */
  public static final Set<String> NOT_OVER_HTTP =
      Set.of("execution.exists", "task.not-active", "task.fenced", "timer.not-pending");

  private CodesElsewhere() {}
}
