/**
 * Guard rails over the whole repository: who may see whom, how large things may be, what tests may
 * not do. A red guard names the rule and the reason.
 */
@NullMarked
package dev.varve.server.guard;

import org.jspecify.annotations.NullMarked;
