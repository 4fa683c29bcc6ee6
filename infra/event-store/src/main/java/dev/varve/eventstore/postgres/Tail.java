package dev.varve.eventstore.postgres;

import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.codec.Envelope;

/** The end of a partition: what the next event is numbered, chained and dated after. */
@SuppressWarnings("ArrayRecordComponent")
record Tail(long position, byte[] hash, long recordedAtMicros) {
  static Tail empty() {
    return new Tail(0, Envelope.genesis(), 0);
  }

  LogPosition at(int partition) {
    return new LogPosition(partition, position, position == 0 ? 0 : Envelope.prefix(hash));
  }
}
