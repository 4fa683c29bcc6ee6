/** End-to-end tests: real processes, real PostgreSQL, real HTTP, killed with -9. */
@NullMarked
package dev.varve.server.e2e;

import org.jspecify.annotations.NullMarked;
