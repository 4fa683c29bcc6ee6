package dev.varve.eventstore.postgres;

import dev.varve.api.log.CommandMetadata;
import dev.varve.eventstore.EventType;
import dev.varve.eventstore.NewEvent;
import org.jspecify.annotations.Nullable;

/** One event, ready to be written; place and hash are set by the writer, anew for every try. */
final class Row {
  final NewEvent event;
  final EventType type;
  final int typeId;
  final int commandOffset;
  final CommandMetadata command;
  final byte @Nullable [] metadata;
  final byte[] payload;
  final byte[] envelopeDigest;
  long position;
  byte[] hash = new byte[0];

  Row(
      NewEvent event,
      TypeRef type,
      int commandOffset,
      CommandMetadata command,
      byte @Nullable [] metadata,
      Encoded encoded) {
    this.event = event;
    this.type = type.type();
    this.typeId = type.id();
    this.commandOffset = commandOffset;
    this.command = command;
    this.metadata = metadata;
    this.payload = encoded.payload();
    this.envelopeDigest = encoded.envelopeDigest();
  }

  /** A registered type and its small number. */
  record TypeRef(EventType type, int id) {}

  /** Stored payload and digest of the envelope. */
  @SuppressWarnings("ArrayRecordComponent")
  record Encoded(byte[] payload, byte[] envelopeDigest) {}
}
