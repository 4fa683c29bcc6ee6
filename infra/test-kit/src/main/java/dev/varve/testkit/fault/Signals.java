package dev.varve.testkit.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Signals to a process and everything it started. */
public final class Signals {
  private Signals() {}

  /** Stops a process and its children where they stand (SIGSTOP); they notice nothing. */
  public static void freeze(long pid) throws IOException, InterruptedException {
    send("STOP", pid);
  }

  /** Lets them go on (SIGCONT). */
  public static void goOn(long pid) throws IOException, InterruptedException {
    send("CONT", pid);
  }

  /** Kills a process and its children at once (SIGKILL); returns how many there were. */
  public static int kill(long pid) throws IOException, InterruptedException {
    return send("KILL", pid);
  }

  private static int send(String signal, long pid) throws IOException, InterruptedException {
    ProcessHandle parent =
        ProcessHandle.of(pid)
            .orElseThrow(() -> new IllegalArgumentException("Expected a process " + pid));
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal, Long.toString(pid)));
    parent.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    Process kill = new ProcessBuilder(command).redirectErrorStream(true).start();
    int exit = kill.waitFor();
    if (exit != 0 && ProcessHandle.of(pid).isPresent() && !signal.equals("KILL")) {
      throw new IllegalStateException(
          "Expected " + command + " to work, but it ended with " + exit);
    }
    return command.size() - 2;
  }
}
