/**
 * What both HTTP packages share: problem+json, cursors, request limits.
 *
 * <p>May depend on: {@code dev.varve.api}, Spring web.
 *
 * <p>Must not depend on: {@code dev.varve.command}, {@code dev.varve.query}, JDBC.
 */
@NullMarked
package dev.varve.web;

import org.jspecify.annotations.NullMarked;
