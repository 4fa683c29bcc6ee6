/**
 * A second opinion: what executions should look like, computed without the engine's core.
 *
 * <p>May depend on: {@code dev.varve.api.definition} records, the Jackson tree model.
 *
 * <p>Must not depend on: {@code dev.varve.command}, {@code dev.varve.query}; must not be on a
 * runtime path.
 */
@NullMarked
package dev.varve.testkit.fold;

import org.jspecify.annotations.NullMarked;
