package dev.varve.server;

/** Looks at one part of the server. */
@FunctionalInterface
interface HealthSource {
  /** Returns how the part is; quick, never throws because the part is down. */
  HealthPart look();
}
