package dev.varve.eventstore.schema;

/** The database was already used by a newer program; this one could misread or damage it. */
public final class SchemaTooNewException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the schema and both versions. */
  public SchemaTooNewException(String schema, String found, String known) {
    super(
        "Schema "
            + schema
            + " has version "
            + found
            + ", but this program knows only "
            + known
            + ". Start the newer program, or restore a backup from before the upgrade.");
  }
}
