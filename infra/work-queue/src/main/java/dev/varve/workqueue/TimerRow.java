package dev.varve.workqueue;

import dev.varve.api.common.TenantId;
import java.time.Instant;

/**
 * What the poll reads of {@code work.timer}.
 *
 * @param pollAt when it is to be fired by whoever reads it; at or after its due instant
 */
record TimerRow(TenantId tenant, TimerKey key, Instant pollAt) {}
