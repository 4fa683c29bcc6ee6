package dev.varve.workqueue;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.task.ScheduledTimer;

/** Names a timer: an execution has at most one of a kind per node instance. */
record TimerKey(ExecutionId executionId, ScheduledTimer.Kind kind, NodePath path) {}
