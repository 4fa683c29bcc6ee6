/**
 * The shop that the sample workflows call: a program of its own.
 *
 * <p>May depend on: the JDK, Jackson.
 *
 * <p>Must not depend on: any other package of Varve.
 */
@NullMarked
package dev.varve.demo;

import org.jspecify.annotations.NullMarked;
