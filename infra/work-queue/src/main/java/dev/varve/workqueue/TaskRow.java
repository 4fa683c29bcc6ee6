package dev.varve.workqueue;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What recovery reads of {@code work.task}.
 *
 * @param owner incarnation that may run the attempt
 * @param traceparent W3C trace context of the command that asked for the attempt; null for none
 */
record TaskRow(
    TenantId tenant,
    ExecutionId executionId,
    NodePath path,
    int attempt,
    String owner,
    @Nullable String traceparent) {}
