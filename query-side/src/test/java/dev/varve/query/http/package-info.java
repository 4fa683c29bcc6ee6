/** Tests of the package of the same name. */
@NullMarked
package dev.varve.query.http;

import org.jspecify.annotations.NullMarked;
