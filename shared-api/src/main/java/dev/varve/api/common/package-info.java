/**
 * Typed ids, pages, limits and JSON documents, used by every other package of the language.
 *
 * <p>May depend on: the JDK, JSpecify and the Jackson tree model.
 *
 * <p>Must not depend on: any other package of Varve.
 */
@NullMarked
package dev.varve.api.common;

import org.jspecify.annotations.NullMarked;
