/** The mailbox, the shells and the log together, on a real PostgreSQL. */
@NullMarked
package dev.varve.testkit.mailbox;

import org.jspecify.annotations.NullMarked;
