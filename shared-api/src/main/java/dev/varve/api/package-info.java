/**
 * The language of Varve: what both sides, the adapters and the clients mean by the same words.
 *
 * <p>May depend on: the JDK, JSpecify and the Jackson tree model.
 *
 * <p>Must not depend on: Spring, Axon, Jackson data binding or annotations, {@code java.sql}.
 */
@NullMarked
package dev.varve.api;

import org.jspecify.annotations.NullMarked;
