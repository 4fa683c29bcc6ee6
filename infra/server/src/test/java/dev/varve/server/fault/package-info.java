/** Faults around real servers and a real PostgreSQL; the ids are those of the fault catalogue. */
@NullMarked
package dev.varve.server.fault;

import org.jspecify.annotations.NullMarked;
