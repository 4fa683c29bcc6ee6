/**
 * Routes that change something: request to command, rejection to problem+json.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code dev.varve.web}, {@code mailbox}, {@code format},
 * Spring web.
 *
 * <p>Must not depend on: {@code core}, {@code axon}, JDBC, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.command.http;

import org.jspecify.annotations.NullMarked;
