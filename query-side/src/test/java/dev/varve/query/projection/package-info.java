/** Tests of the package of the same name. */
@NullMarked
package dev.varve.query.projection;

import org.jspecify.annotations.NullMarked;
