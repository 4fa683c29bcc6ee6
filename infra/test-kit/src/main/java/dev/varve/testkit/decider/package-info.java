/**
 * Specifications of deciders (given events, when a command, then events or a rejection) and random
 * definitions for property tests.
 *
 * <p>May depend on: {@code command.core}, {@code dev.varve.api}, AssertJ.
 *
 * <p>Must not depend on: any database, Axon; must not be on a runtime path.
 */
@NullMarked
package dev.varve.testkit.decider;

import org.jspecify.annotations.NullMarked;
