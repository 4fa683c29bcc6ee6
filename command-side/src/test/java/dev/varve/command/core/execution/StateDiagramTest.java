package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.task.ScheduledTimer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Draws the statuses and what leads from one to the next as seen in runs of every kind. {@code
 * -Dvarve.golden.update=true} writes the page anew.
 */
class StateDiagramTest {
  private static final Path PAGE = Path.of("..", "infra", "docs", "states.md");

  private final TreeSet<String> executions = new TreeSet<>();
  private final TreeSet<String> nodes = new TreeSet<>();

  @Test
  void the_page_of_states_shows_what_happens() throws IOException {
    for (Run run : runs()) {
      watch(run);
    }
    String page = page();

    if (Boolean.getBoolean("varve.golden.update")) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private void watch(Run run) {
    ExecutionDecider decider = new ExecutionDecider(run.definitions());
    ExecutionState before = decider.initialState();
    for (ExecutionEvent event : run.events()) {
      ExecutionState after = decider.evolve(before, event);
      String cause = event.getClass().getSimpleName();
      note(executions, before.status(), after.status(), cause);
      for (int i = 0; before.started() && i < after.definition().nodeCount(); i++) {
        note(nodes, before.node(i).status(), after.node(i).status(), cause);
      }
      for (int i = 0; !before.started() && i < after.definition().nodeCount(); i++) {
        note(nodes, null, NodeStatus.PENDING, cause);
        note(nodes, NodeStatus.PENDING, after.node(i).status(), cause);
      }
      before = after;
    }
  }

  private static void note(
      Set<String> lines, @Nullable Object from, @Nullable Object to, String cause) {
    if (!Objects.equals(from, to)) {
      lines.add("    " + (from == null ? "[*]" : from) + " --> " + to + ": " + cause);
    }
  }

  private String page() {
    return "# States\n\nDrawn by `StateDiagramTest` from runs of every kind; do not edit."
        + " `-Dvarve.golden.update=true` draws it anew.\n\n## Executions\n\n"
        + diagram(executions)
        + "\n## Nodes\n\n"
        + diagram(nodes)
        + "\nA node that is done in the very command that activated it (transform, end, fail, a delay"
        + " that is due) is ACTIVE only between two events of one commit.\n";
  }

  private static String diagram(Set<String> lines) {
    return "```mermaid\nstateDiagram-v2\n" + String.join("\n", lines) + "\n```\n";
  }

  private static List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    Flow flow =
        new Flow()
            .timeout(Duration.ofHours(1))
            .task("a", new Effort(null, Duration.ofMinutes(1), Flow.attempts(2)))
            .task("b", "c", "d")
            .transform("t", "{}")
            .path("a", "b", "t")
            .when("a", "c", "false")
            .path("c", "d");
    Run completed = Run.started(flow);
    completed.fail("a");
    completed.accepted(completed.loss("a", 2, "node-1"));
    completed.complete("a");
    completed.complete("b");
    runs.add(completed);
    Run failed = Run.started(flow);
    failed.fail("a");
    failed.fail("a");
    failed.accepted(failed.retry());
    runs.add(failed);
    Run cancelled = Run.started(flow);
    cancelled.accepted(cancelled.cancellation());
    runs.add(cancelled);
    Run timedOut = Run.started(flow).later(Duration.ofHours(1));
    timedOut.accepted(timedOut.timer(ScheduledTimer.Kind.EXECUTION_TIMEOUT, ""));
    timedOut.accepted(timedOut.retry());
    runs.add(timedOut);
    Run overtaken =
        Run.started(
            new Flow()
                .task("a", "b")
                .node(new Node.FailNode("f", null, Flow.json("{}"), Join.ALL))
                .path("a", "f"));
    overtaken.complete("a");
    overtaken.accepted(overtaken.retry());
    runs.add(overtaken);
    runs.addAll(suspended(flow));
    return runs;
  }

  private static List<Run> suspended(Flow flow) {
    Run resumed = Run.started(flow);
    resumed.suspend();
    resumed.complete("a");
    resumed.resume();
    Run failed = Run.started(flow);
    failed.suspend();
    failed.fail("a");
    failed.fail("a");
    Run cancelled = Run.started(flow);
    cancelled.suspend();
    cancelled.accepted(cancelled.cancellation());
    Run timedOut = Run.started(flow);
    timedOut.suspend();
    timedOut
        .later(Duration.ofHours(1))
        .accepted(timedOut.timer(ScheduledTimer.Kind.EXECUTION_TIMEOUT, ""));
    return List.of(resumed, failed, cancelled, timedOut);
  }
}
