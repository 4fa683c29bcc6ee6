/**
 * Definitions as text: YAML and JSON in, validated graph out.
 *
 * <p>May depend on: {@code dev.varve.api}, Jackson, YAML.
 *
 * <p>Must not depend on: Axon, Spring, JDBC.
 */
@NullMarked
package dev.varve.command.format;

import org.jspecify.annotations.NullMarked;
