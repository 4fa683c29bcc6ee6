package dev.varve.testkit.worker;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.command.port.LocalWork;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Knows the attempts it is told to know, and counts what it is asked to do. */
public final class RecordingWork implements LocalWork {
  private final Set<ExecutionId> known = ConcurrentHashMap.newKeySet();
  private final AtomicInteger forgotten = new AtomicInteger();
  private final AtomicInteger resumed = new AtomicInteger();

  /** Knows every attempt of an execution from now on. */
  public void know(ExecutionId executionId) {
    boolean _ = known.add(executionId);
  }

  /** Returns how often the waiting attempts were dropped. */
  public int forgotten() {
    return forgotten.get();
  }

  /** Returns how often work was resumed. */
  public int resumed() {
    return resumed.get();
  }

  @Override
  public boolean knows(ExecutionId executionId, NodePath path, int attempt) {
    return known.contains(executionId);
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public void resume() {
    int _ = resumed.incrementAndGet();
  }

  @Override
  public void forgetWaiting() {
    int _ = forgotten.incrementAndGet();
  }
}
