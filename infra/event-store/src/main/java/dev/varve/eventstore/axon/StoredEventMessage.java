package dev.varve.eventstore.axon;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.RecordedEvent;
import dev.varve.eventstore.StoredEvent;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.MetaData;

/**
 * A stored event as Axon's handlers see it. A view, not a copy: the payload is the decoded record
 * of the log, nothing is serialised, and {@link RecordedEvent} gives the rest typed. Axon's own
 * metadata is empty unless someone adds to it.
 */
public final class StoredEventMessage
    implements DomainEventMessage<Object>, TrackedEventMessage<Object>, RecordedEvent {
  private static final long serialVersionUID = 1L;

  private final transient StoredEvent event;
  private final TrackingToken token;
  private final MetaData metaData;

  /** Makes the view of {@code event}, tracked by its own position. */
  public StoredEventMessage(StoredEvent event) {
    this(
        event,
        new GlobalSequenceTrackingToken(event.position().position()),
        MetaData.emptyInstance());
  }

  private StoredEventMessage(StoredEvent event, TrackingToken token, MetaData metaData) {
    this.event = event;
    this.token = token;
    this.metaData = metaData;
  }

  @Override
  public LogPosition position() {
    return event.position();
  }

  @Override
  public UUID streamId() {
    return event.streamId();
  }

  @Override
  public String streamType() {
    return event.streamType();
  }

  @Override
  public long sequence() {
    return event.sequence();
  }

  @Override
  public TenantId tenant() {
    return event.tenant();
  }

  @Override
  public UUID eventId() {
    return event.eventId();
  }

  @Override
  public String type() {
    return event.type();
  }

  @Override
  public int revision() {
    return event.revision();
  }

  @Override
  public Instant recordedAt() {
    return event.recordedAt();
  }

  @Override
  public Object payload() {
    return event.payload();
  }

  @Override
  public CommandMetadata metadata() {
    return event.metadata();
  }

  @Override
  public String node() {
    return event.node();
  }

  @Override
  public String getIdentifier() {
    return event.eventId().toString();
  }

  @Override
  public String getType() {
    return event.streamType();
  }

  @Override
  public String getAggregateIdentifier() {
    return event.streamId().toString();
  }

  @Override
  public long getSequenceNumber() {
    return event.sequence();
  }

  @Override
  public Instant getTimestamp() {
    return event.recordedAt();
  }

  @Override
  public MetaData getMetaData() {
    return metaData;
  }

  @Override
  public Object getPayload() {
    return event.payload();
  }

  @Override
  @SuppressWarnings("unchecked") // the class of an Object is a Class<Object> for every reader
  public Class<Object> getPayloadType() {
    return (Class<Object>) event.payload().getClass();
  }

  @Override
  public TrackingToken trackingToken() {
    return token;
  }

  @Override
  public StoredEventMessage withTrackingToken(TrackingToken trackingToken) {
    return new StoredEventMessage(event, trackingToken, metaData);
  }

  @Override
  public StoredEventMessage withMetaData(Map<String, ?> replacement) {
    return new StoredEventMessage(event, token, MetaData.from(replacement));
  }

  @Override
  public StoredEventMessage andMetaData(Map<String, ?> additions) {
    return additions.isEmpty()
        ? this
        : new StoredEventMessage(event, token, metaData.mergedWith(additions));
  }

  @Override
  public String toString() {
    return event.type() + "@" + event.position().partition() + "/" + event.position().position();
  }
}
