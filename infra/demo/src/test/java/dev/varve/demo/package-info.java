/** Tests of the demo shop, over real HTTP. */
@NullMarked
package dev.varve.demo;

import org.jspecify.annotations.NullMarked;
