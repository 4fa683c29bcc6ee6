/** Tests of reading JSON from outside. */
@NullMarked
package dev.varve.web.json;

import org.jspecify.annotations.NullMarked;
