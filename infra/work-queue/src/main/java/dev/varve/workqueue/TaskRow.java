package dev.varve.workqueue;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;

/**
 * What recovery reads of {@code work.task}.
 *
 * @param owner incarnation that may run the attempt
 */
record TaskRow(
    TenantId tenant, ExecutionId executionId, NodePath path, int attempt, String owner) {}
