/**
 * The contract of the event log: cases that every implementation and every supported database must
 * pass, and the checkers they use, which share no code with the store.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code dev.varve.eventstore}, JUnit, AssertJ, JDBC.
 *
 * <p>Must not depend on: Axon, Spring.
 */
@NullMarked
package dev.varve.testkit.log;

import org.jspecify.annotations.NullMarked;
