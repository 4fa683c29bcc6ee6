package dev.varve.query.definition;

import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.log.RecordedEvent;
import dev.varve.query.projection.Columns;
import dev.varve.query.projection.JsonText;
import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionProgress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import tools.jackson.databind.JsonNode;

/** Definitions with their versions, nodes and edges. */
public final class DefinitionProjection extends Projection {
  /** Name of the projection. */
  public static final String NAME = "definition";

  private static final String INSERT_VERSION =
      """
      insert into read_model.definition_version
        (tenant_id, name, version, latest, published_at, hash, format, source, document)
      values (?, ?, ?, true, ?, ?, ?, ?, ?)
      on conflict (tenant_id, name, version) do nothing\
      """;

  private static final String MARK_LATEST =
      """
      update read_model.definition_version v set latest = false
      where v.tenant_id = ? and v.name = ? and v.latest and exists (
        select from read_model.definition_version newer
        where newer.tenant_id = v.tenant_id and newer.name = v.name and newer.version > v.version)\
      """;

  private static final String INSERT_NODES =
      """
      insert into read_model.definition_node
        (tenant_id, name, version, ordinal, node_id, type, label, config)
      select * from unnest(?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (tenant_id, name, version, ordinal) do nothing\
      """;

  private static final String INSERT_EDGES =
      """
      insert into read_model.definition_edge
        (tenant_id, name, version, ordinal, from_node, to_node, condition, otherwise)
      select * from unnest(?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (tenant_id, name, version, ordinal) do nothing\
      """;

  private static final String TRUNCATE =
      """
      truncate read_model.definition_version, read_model.definition_node,
        read_model.definition_edge\
      """;

  /**
   * Makes the projection.
   *
   * @param dataSource the one whose transactions the event processor runs in
   * @param progress is told what has been committed
   */
  public DefinitionProjection(DataSource dataSource, ProjectionProgress progress) {
    super(NAME, dataSource, progress);
  }

  @Override
  protected boolean concerns(RecordedEvent event) {
    return event.payload() instanceof DefinitionVersionPublished;
  }

  @Override
  protected void write(List<RecordedEvent> events, Connection connection) throws SQLException {
    for (RecordedEvent event : events) {
      if (event.payload() instanceof DefinitionVersionPublished published) {
        insertVersion(event, published, connection);
        insertNodes(event, published, connection);
        insertEdges(event, published, connection);
        markLatest(event, published, connection);
      }
    }
  }

  @Override
  protected void truncate(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(TRUNCATE);
    }
  }

  private static void insertVersion(
      RecordedEvent event, DefinitionVersionPublished published, Connection connection)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT_VERSION)) {
      statement.setString(1, event.tenant().value());
      statement.setString(2, published.name());
      statement.setInt(3, published.version());
      statement.setObject(4, event.recordedAt().atOffset(ZoneOffset.UTC));
      statement.setString(5, published.hash());
      statement.setString(6, published.format());
      statement.setString(7, published.source());
      statement.setString(8, JsonText.of(published.document()));
      statement.executeUpdate();
    }
  }

  private static void markLatest(
      RecordedEvent event, DefinitionVersionPublished published, Connection connection)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MARK_LATEST)) {
      statement.setString(1, event.tenant().value());
      statement.setString(2, published.name());
      statement.executeUpdate();
    }
  }

  private static void insertNodes(
      RecordedEvent event, DefinitionVersionPublished published, Connection connection)
      throws SQLException {
    JsonNode nodes = published.document().path("nodes");
    var columns = new Columns(nodes.size());
    var tenants = columns.text();
    var names = columns.text();
    var versions = columns.integers();
    var ordinals = columns.integers();
    var ids = columns.text();
    var types = columns.text();
    var labels = columns.text();
    var configs = columns.text();
    int ordinal = 0;
    for (JsonNode node : nodes) {
      tenants.add(event.tenant().value());
      names.add(published.name());
      versions.add(published.version());
      ordinals.add(ordinal++);
      ids.add(node.path("id").asString(""));
      types.add(node.path("type").asString(""));
      labels.add(node.path("name").isString() ? node.path("name").asString() : null);
      configs.add(JsonText.of(node));
    }
    if (ordinal > 0) {
      columns.execute(connection, INSERT_NODES);
    }
  }

  private static void insertEdges(
      RecordedEvent event, DefinitionVersionPublished published, Connection connection)
      throws SQLException {
    JsonNode edges = published.document().path("edges");
    var columns = new Columns(edges.size());
    var tenants = columns.text();
    var names = columns.text();
    var versions = columns.integers();
    var ordinals = columns.integers();
    var sources = columns.text();
    var targets = columns.text();
    var conditions = columns.text();
    var otherwise = columns.booleans();
    int ordinal = 0;
    for (JsonNode edge : edges) {
      tenants.add(event.tenant().value());
      names.add(published.name());
      versions.add(published.version());
      ordinals.add(ordinal++);
      sources.add(edge.path("from").asString(""));
      targets.add(edge.path("to").asString(""));
      conditions.add(edge.path("when").isString() ? edge.path("when").asString() : null);
      otherwise.add(edge.path("otherwise").asBoolean(false));
    }
    if (ordinal > 0) {
      columns.execute(connection, INSERT_EDGES);
    }
  }
}
