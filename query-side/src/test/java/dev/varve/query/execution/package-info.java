/** Tests of the package of the same name. */
@NullMarked
package dev.varve.query.execution;

import org.jspecify.annotations.NullMarked;
