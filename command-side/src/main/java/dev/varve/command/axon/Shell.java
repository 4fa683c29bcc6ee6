package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate that is nothing but an identifier and an immutable state.
 *
 * @param <S> the state
 */
interface Shell<S> {
  /** Returns the state after the last event. */
  S state();

  /** Returns whose it is; null while that is not known. */
  @Nullable TenantId tenant();
}
