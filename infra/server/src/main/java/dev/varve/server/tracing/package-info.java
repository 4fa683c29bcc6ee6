/**
 * Spans for those who look at traces: OpenTelemetry, its exporter, and where the program tells them
 * what happens. Nothing here is loaded unless an operator names a collector.
 *
 * <p>May depend on: the ports of the write side, servlets, OpenTelemetry.
 *
 * <p>Must not depend on: Axon, JDBC, the core.
 */
@NullMarked
package dev.varve.server.tracing;

import org.jspecify.annotations.NullMarked;
