package dev.varve.eventstore.postgres;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.KeyChange;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.codec.Envelope;
import dev.varve.eventstore.codec.EventJson;
import dev.varve.eventstore.codec.MetadataCodec;
import dev.varve.eventstore.codec.PayloadCodec;
import dev.varve.eventstore.postgres.PreparedUnit.KeyId;
import dev.varve.eventstore.postgres.PreparedUnit.KeyRow;
import dev.varve.eventstore.postgres.PreparedUnit.ReceiptId;
import dev.varve.eventstore.postgres.PreparedUnit.ReceiptRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Does in the submitting thread all that can be done before a unit has its place: serializing,
 * digesting, and refusing what the database would refuse, so that it fails alone.
 */
final class UnitPreparer {
  /** Bytes of an index row that leave room for the other columns of the key. */
  private static final int KEY_BYTES_MAX = 2_400;

  private static final int EVENTS_PER_COMMAND_MAX = Short.MAX_VALUE;

  private final EventTypes types;
  private final StoredNames names;
  private final PayloadCodec codec;
  private final String node;
  private final int payloadBytesMax;

  UnitPreparer(
      EventTypes types, StoredNames names, PayloadCodec codec, String node, int payloadBytesMax) {
    this.types = types;
    this.names = names;
    this.codec = codec;
    this.node = node;
    this.payloadBytesMax = payloadBytesMax;
  }

  /**
   * Prepares a unit.
   *
   * @throws AppendException.Unstorable when it breaks a rule of the store
   * @throws IllegalArgumentException when it is no unit at all
   */
  PreparedUnit prepare(AppendUnit unit) {
    checkShape(unit);
    var rows = new ArrayList<Row>(unit.events().size());
    var receipts = new ArrayList<ReceiptRow>(0);
    var keys = new ArrayList<KeyRow>(0);
    int bytes = 0;
    int next = 0;
    for (int i = 0; i < unit.commits().size(); i++) {
      CommandCommit commit = unit.commits().get(i);
      CommandMetadata command = commit.metadata();
      checkText("tenant", command.tenant().value(), 256);
      byte[] metadata = commit.eventCount() == 0 ? null : metadata(command);
      for (int k = 0; k < commit.eventCount(); k++) {
        Row row = row(unit.events().get(next++), command, k, k == 0 ? metadata : null);
        bytes += row.payload.length;
        rows.add(row);
      }
      addReceipt(receipts, i, commit);
      addKeys(keys, i, commit);
    }
    return new PreparedUnit(unit.commits(), rows, receipts, keys, bytes);
  }

  private static void checkShape(AppendUnit unit) {
    int events = 0;
    for (CommandCommit commit : unit.commits()) {
      if (commit.eventCount() > EVENTS_PER_COMMAND_MAX) {
        throw unstorable(
            "command.too-many-events", "One command made " + commit.eventCount() + " events");
      }
      events += commit.eventCount();
      checkPartition(unit, commit.streamId());
    }
    if (unit.commits().isEmpty() || events != unit.events().size()) {
      throw new IllegalArgumentException(
          "Expected at least one commit and "
              + events
              + " events, but there are "
              + unit.commits().size()
              + " and "
              + unit.events().size());
    }
    for (NewEvent event : unit.events()) {
      checkPartition(unit, event.streamId());
      if (event.sequence() < 0) {
        throw new IllegalArgumentException(
            "Expected a sequence from 0, but was " + event.sequence());
      }
    }
  }

  private static void checkPartition(AppendUnit unit, UUID streamId) {
    if (StreamIds.partitionOf(streamId) != unit.partition()) {
      throw new IllegalArgumentException(
          "Stream " + streamId + " does not lie in partition " + unit.partition());
    }
  }

  private Row row(NewEvent event, CommandMetadata command, int offset, byte @Nullable [] metadata) {
    Row.TypeRef type = names.typeOf(event.payload().getClass());
    if (!type.type().streamType().equals(event.streamType())) {
      throw new IllegalArgumentException(
          type.type().name() + " does not occur in streams of type " + event.streamType());
    }
    byte[] json = types.write(event.payload());
    if (json.length > payloadBytesMax) {
      throw unstorable(
          "payload.too-large",
          "Expected a payload of at most " + payloadBytesMax + " bytes, but was " + json.length);
    }
    byte[] payload = codec.encode(json);
    byte[] digest =
        new Envelope(
                event.streamId(),
                event.streamType(),
                event.sequence(),
                event.eventId(),
                type.type().name(),
                type.type().revision(),
                offset,
                command.tenant().value(),
                node,
                metadata,
                Envelope.sha256(payload))
            .digest();
    return new Row(event, type, offset, command, metadata, new Row.Encoded(payload, digest));
  }

  private static byte[] metadata(CommandMetadata command) {
    try {
      return MetadataCodec.encode(command);
    } catch (IllegalArgumentException e) {
      throw unstorable("metadata.too-large", "The command's metadata is too large");
    }
  }

  private static void addReceipt(List<ReceiptRow> receipts, int index, CommandCommit commit) {
    CommandMetadata command = commit.metadata();
    CommandMetadata.Idempotency idempotency = command.idempotency();
    if (idempotency == null) {
      return;
    }
    checkText("idempotency key", idempotency.key(), KEY_BYTES_MAX - 256);
    checkText("body hash", idempotency.bodyHash(), 1_024);
    var id = new ReceiptId(command.tenant().value(), idempotency.key());
    if (receipts.stream().anyMatch(other -> other.id().equals(id))) {
      throw unstorable(
          "receipt.twice-in-unit", "Two commands of one unit carry the same idempotency key");
    }
    receipts.add(
        new ReceiptRow(
            index,
            id,
            idempotency.bodyHash(),
            command.commandId(),
            commit.streamId(),
            EventJson.mapper().writeValueAsBytes(commit.answer())));
  }

  private static void addKeys(List<KeyRow> keys, int index, CommandCommit commit) {
    String tenant = commit.metadata().tenant().value();
    for (KeyChange change : commit.keys()) {
      checkText("key", change.scope() + change.key(), KEY_BYTES_MAX - 256);
      keys.add(
          new KeyRow(
              index,
              new KeyId(tenant, change.scope(), change.key()),
              change,
              commit.metadata().commandId(),
              commit.streamId()));
    }
  }

  /** Refuses what a text column or its index would refuse or change. */
  private static void checkText(String what, String text, int bytesMax) {
    if (text.indexOf('\0') >= 0) {
      throw unstorable("text.nul", "The " + what + " contains a NUL character");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw unstorable("text.invalid", "The " + what + " is not valid Unicode");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
      throw unstorable(
          "text.too-long", "Expected a " + what + " of at most " + bytesMax + " bytes");
    }
  }

  private static AppendException unstorable(String code, String message) {
    return new AppendException.Unstorable(code, message);
  }
}
