package dev.varve.eventstore.postgres;

import dev.varve.eventstore.EventType;
import dev.varve.eventstore.EventTypes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * The small numbers that stand for stored names. Names are only added; unknown numbers are looked
 * up again.
 */
final class StoredNames {
  private final DataSource database;
  private final Map<Integer, TypeName> types = new ConcurrentHashMap<>();
  private final Map<Integer, String> nodes = new ConcurrentHashMap<>();
  private final Map<Class<?>, Row.TypeRef> byPayload = new HashMap<>();
  private final int ownNode;

  /** A stored name and the type of the streams it occurs in. */
  record TypeName(String name, String streamType) {}

  /** Adds the names of this program and node that are missing. */
  StoredNames(DataSource database, EventTypes registry, String node) throws SQLException {
    this.database = database;
    try (Connection connection = database.getConnection();
        var addType =
            connection.prepareStatement(
                "insert into event_store.event_type (stream_type, name) select ?, ? where not exists (select from event_store.event_type where name = ?) on conflict do nothing");
        var addNode =
            connection.prepareStatement(
                "insert into event_store.node (name) select ? where not exists (select from event_store.node where name = ?) on conflict do nothing")) {
      for (EventType type : registry.all()) {
        addType.setString(1, type.streamType());
        addType.setString(2, type.name());
        addType.setString(3, type.name());
        addType.executeUpdate();
      }
      addNode.setString(1, node);
      addNode.setString(2, node);
      addNode.executeUpdate();
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    }
    reload();
    Map<String, Integer> idByName = new HashMap<>();
    types.forEach((id, type) -> idByName.put(type.name(), id));
    for (EventType type : registry.all()) {
      Integer id = idByName.get(type.name());
      if (id == null) {
        throw new IllegalStateException("The name " + type.name() + " could not be stored");
      }
      byPayload.put(type.payload(), new Row.TypeRef(type, id));
    }
    this.ownNode =
        nodes.entrySet().stream()
            .filter(entry -> entry.getValue().equals(node))
            .findFirst()
            .orElseThrow()
            .getKey();
  }

  int ownNode() {
    return ownNode;
  }

  /** Returns the type of a payload. */
  Row.TypeRef typeOf(Class<?> payload) {
    Row.TypeRef type = byPayload.get(payload);
    if (type == null) {
      throw new IllegalArgumentException(
          payload.getName() + " has no stored name; register it in EventTypes");
    }
    return type;
  }

  TypeName type(int id) throws SQLException {
    TypeName name = types.get(id);
    if (name == null) {
      reload();
      name = types.get(id);
    }
    if (name == null) {
      throw new IllegalStateException("No name is stored for event type " + id);
    }
    return name;
  }

  String node(int id) throws SQLException {
    String name = nodes.get(id);
    if (name == null) {
      reload();
      name = nodes.get(id);
    }
    if (name == null) {
      throw new IllegalStateException("No name is stored for node " + id);
    }
    return name;
  }

  private void reload() throws SQLException {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement()) {
      try (var row =
          statement.executeQuery("select id, name, stream_type from event_store.event_type")) {
        while (row.next()) {
          types.put(row.getInt(1), new TypeName(row.getString(2), row.getString(3)));
        }
      }
      try (var row = statement.executeQuery("select id, name from event_store.node")) {
        while (row.next()) {
          nodes.put(row.getInt(1), row.getString(2));
        }
      }
    }
  }
}
