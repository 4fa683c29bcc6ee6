/**
 * Doing tasks: dispatcher, in-process handlers, the HTTP node and its egress guard.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code port}, Apache HttpClient.
 *
 * <p>Must not depend on: {@code core}, JDBC, Spring, Axon, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.command.worker;

import org.jspecify.annotations.NullMarked;
