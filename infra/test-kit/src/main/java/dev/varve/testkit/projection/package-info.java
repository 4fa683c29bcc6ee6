/**
 * What every projection must keep, shown on a real log and database.
 *
 * <p>May depend on: {@code dev.varve.query.projection}, the event store, PostgreSQL.
 *
 * <p>Must not depend on: {@code dev.varve.server}; being on a runtime path.
 */
@NullMarked
package dev.varve.testkit.projection;

import org.jspecify.annotations.NullMarked;
