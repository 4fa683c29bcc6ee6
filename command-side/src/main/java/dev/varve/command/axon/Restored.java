package dev.varve.command.axon;

import dev.varve.api.common.TenantId;

/**
 * A state that stands for all events up to its sequence: what a snapshot is to a shell.
 *
 * @param <S> the state
 * @param tenant whose stream
 * @param sequence the last event that the state contains
 * @param state the state
 */
public record Restored<S>(TenantId tenant, long sequence, S state) {}
