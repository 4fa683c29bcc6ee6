/**
 * Replay tooling: state at an event, diff, rehearsal, fork preview, verification, rebuild.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code dev.varve.command.core}, {@code dev.varve.query},
 * {@code dev.varve.eventstore}.
 *
 * <p>Must not depend on: {@code dev.varve.server}, other HTTP packages.
 */
@NullMarked
package dev.varve.replay;

import org.jspecify.annotations.NullMarked;
