/**
 * Compares JSON with the schemas that a description of the API gives.
 *
 * <p>May depend on: Jackson and the library for JSON Schema.
 *
 * <p>Must not depend on: anything of Varve.
 */
@NullMarked
package dev.varve.testkit.schema;

import org.jspecify.annotations.NullMarked;
