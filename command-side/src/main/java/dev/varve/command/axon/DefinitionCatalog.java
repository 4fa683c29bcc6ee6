package dev.varve.command.axon;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.log.RecordedEvent;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.DefinitionDecider;
import dev.varve.command.core.definition.DefinitionSource;
import dev.varve.command.port.LogLookup;
import java.util.UUID;
import java.util.function.Function;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * Compiled definitions, read from the definitions' own streams, never from a read model, and kept
 * in bounded caches. A version never changes, so it is compiled once. Which version is the latest
 * is fresh on this node right after a publish, and on other nodes as soon as their feed has seen
 * it: both call {@link #published}.
 */
public final class DefinitionCatalog {
  private final EventStore events;
  private final LogLookup lookup;
  private final Function<DefinitionVersionPublished, CompiledDefinition> compiler;
  private final Cache<VersionKey, CompiledDefinition> versions;
  private final Cache<NameKey, Latest> latest;

  private record NameKey(TenantId tenant, String name) {}

  private record VersionKey(TenantId tenant, String name, int version) {}

  private record Latest(UUID stream, int version) {
    Latest newer(Latest other) {
      return other.version > version ? other : this;
    }
  }

  /**
   * Makes a catalog.
   *
   * @param events where streams are read
   * @param lookup finds a definition's stream by its name
   * @param compiler makes a published version ready for execution
   * @param versionsMax most compiled versions kept
   */
  public DefinitionCatalog(
      EventStore events,
      LogLookup lookup,
      Function<DefinitionVersionPublished, CompiledDefinition> compiler,
      int versionsMax) {
    this.events = events;
    this.lookup = lookup;
    this.compiler = compiler;
    this.versions = Caffeine.newBuilder().maximumSize(versionsMax).build();
    this.latest = Caffeine.newBuilder().maximumSize(10L * versionsMax).build();
  }

  /** Returns the definitions of one tenant; looking one up reads the log when it is not cached. */
  public DefinitionSource of(TenantId tenant) {
    return (name, version) -> find(tenant, name, version);
  }

  /**
   * Finds a version, reading its stream when it is not cached.
   *
   * @param version null for the latest
   * @return null when there is none
   */
  public @Nullable CompiledDefinition find(
      TenantId tenant, String name, @Nullable Integer version) {
    if (version == null) {
      Latest newest = newest(new NameKey(tenant, name));
      return newest == null ? null : find(tenant, name, newest.version());
    }
    var key = new VersionKey(tenant, name, version);
    CompiledDefinition known = versions.getIfPresent(key);
    if (known != null) {
      return known;
    }
    CompiledDefinition made = compile(key);
    if (made != null) {
      versions.put(key, made);
    }
    return made;
  }

  /** Takes note of a commit made by this node. */
  public void published(PublishedVersions news) {
    for (DefinitionVersionPublished event : news.events()) {
      note(news.tenant(), news.stream(), event);
    }
  }

  /** Takes note of an event seen in the log; all but published versions are ignored. */
  public void published(RecordedEvent event) {
    if (event.payload() instanceof DefinitionVersionPublished published) {
      note(event.tenant(), event.streamId(), published);
    }
  }

  private void note(TenantId tenant, UUID stream, DefinitionVersionPublished event) {
    latest
        .asMap()
        .merge(
            new NameKey(tenant, event.name()), new Latest(stream, event.version()), Latest::newer);
  }

  private @Nullable Latest newest(NameKey key) {
    Latest known = latest.getIfPresent(key);
    if (known != null) {
      return known;
    }
    UUID stream = streamOf(key);
    if (stream == null) {
      return null;
    }
    DomainEventStream all = events.readEvents(stream.toString());
    int newest = 0;
    while (all.hasNext()) {
      if (all.next().getPayload() instanceof DefinitionVersionPublished published) {
        newest = Math.max(newest, published.version());
      }
    }
    // merged, since a newer version may have been noted while the stream was read
    return newest == 0
        ? null
        : latest.asMap().merge(key, new Latest(stream, newest), Latest::newer);
  }

  private @Nullable UUID streamOf(NameKey key) {
    Latest known = latest.getIfPresent(key);
    return known != null
        ? known.stream()
        : lookup.findKeyOwner(key.tenant(), DefinitionDecider.KEY_SCOPE, key.name());
  }

  /** Every event of a definition's stream is a version, so version n has sequence n - 1. */
  private @Nullable CompiledDefinition compile(VersionKey key) {
    UUID stream = streamOf(new NameKey(key.tenant(), key.name()));
    if (stream == null || key.version() < 1) {
      return null;
    }
    DomainEventStream from = events.readEvents(stream.toString(), key.version() - 1L);
    while (from.hasNext()) {
      if (from.next().getPayload() instanceof DefinitionVersionPublished published
          && published.version() == key.version()) {
        return compiler.apply(published);
      }
    }
    return null;
  }
}
