/**
 * Tests of the way of commands.
 *
 * <p>May depend on: the mailbox and the shared API. Must not depend on: a database.
 */
@NullMarked
package dev.varve.command.mailbox;

import org.jspecify.annotations.NullMarked;
