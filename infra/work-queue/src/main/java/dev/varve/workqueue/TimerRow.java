package dev.varve.workqueue;

import dev.varve.api.common.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the poll reads of {@code work.timer}.
 *
 * @param pollAt when it is to be fired by whoever reads it; at or after its due instant
 * @param traceparent W3C trace context of the command that asked for it; null for none
 */
record TimerRow(TenantId tenant, TimerKey key, Instant pollAt, @Nullable String traceparent) {}
