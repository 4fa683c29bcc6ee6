package dev.varve.command.port;

/**
 * Hears of every commit of an execution made by this node, right after it is durable. Must return
 * at once.
 */
@FunctionalInterface
public interface CommitListener {
  /** Called once per commit; what is lost by a crash before this call is found by recovery. */
  void committed(ExecutionCommit commit);
}
