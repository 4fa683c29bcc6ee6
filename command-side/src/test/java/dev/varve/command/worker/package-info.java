/** Tests of the worker: handlers, HTTP node, egress guard. */
@NullMarked
package dev.varve.command.worker;

import org.jspecify.annotations.NullMarked;
