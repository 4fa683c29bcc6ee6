/**
 * Routes of the replay tooling.
 *
 * <p>May depend on: {@code replay}, {@code dev.varve.api}, {@code dev.varve.web}, Spring web.
 *
 * <p>Must not depend on: {@code dev.varve.server}, other HTTP packages.
 */
@NullMarked
package dev.varve.replay.http;

import org.jspecify.annotations.NullMarked;
