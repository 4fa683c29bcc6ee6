/**
 * What the log and its writers say to each other: positions, tokens, command metadata, commits and
 * why an append failed. May depend on common and the JSON tree; must not depend on Axon, Spring or
 * JDBC.
 */
@NullMarked
package dev.varve.api.log;

import org.jspecify.annotations.NullMarked;
