package dev.varve.query.definition;

import dev.varve.api.common.Page;
import dev.varve.api.definition.DefinitionQuery.FindDefinitions;
import dev.varve.api.definition.DefinitionQuery.GetDefinition;
import dev.varve.api.definition.DefinitionQuery.GetDefinitionVersion;
import dev.varve.api.definition.DefinitionSummary;
import dev.varve.api.definition.DefinitionVersionView;
import dev.varve.api.definition.DefinitionVersionView.GraphEdge;
import dev.varve.api.definition.DefinitionVersionView.GraphNode;
import dev.varve.api.definition.DefinitionView;
import dev.varve.query.projection.JsonText;
import dev.varve.query.projection.ReadModel;
import dev.varve.query.projection.ReadModel.Snapshot;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Answers questions about definitions from the read model. */
public final class DefinitionQueries {
  private static final String FIND =
      """
      select name, version, hash, published_at from read_model.definition_version
      where tenant_id = ? and latest and name > ? order by name limit ?\
      """;

  private static final String VERSIONS =
      """
      select name, version, hash, published_at from read_model.definition_version
      where tenant_id = ? and name = ? order by version desc\
      """;

  private static final String DOCUMENT =
      """
      select name, version, hash, published_at, format, source, document
      from read_model.definition_version where tenant_id = ? and name = ? and version = ?\
      """;

  private static final String NODES =
      """
      select node_id, type, label from read_model.definition_node
      where tenant_id = ? and name = ? and version = ? order by ordinal\
      """;

  private static final String EDGES =
      """
      select from_node, to_node, condition, otherwise from read_model.definition_edge
      where tenant_id = ? and name = ? and version = ? order by ordinal\
      """;

  private final ReadModel readModel;

  /** Reads {@code readModel}. */
  public DefinitionQueries(ReadModel readModel) {
    this.readModel = readModel;
  }

  /** Returns a page of definitions by name. {@code next} is the last name. */
  public Page<DefinitionSummary> find(FindDefinitions query) {
    return readModel.read(snapshot -> {
      String after = query.after();
      List<DefinitionSummary> found =
          snapshot.list(
              FIND,
              List.of(query.tenant().value(), after == null ? "" : after, query.limit() + 1),
              DefinitionQueries::summary);
      boolean more = found.size() > query.limit();
      List<DefinitionSummary> items = more ? found.subList(0, query.limit()) : found;
      return new Page<>(items, more ? items.getLast().name() : null, asOf(snapshot));
    });
  }

  /** Returns one definition with its versions; null when the tenant has none of that name. */
  public @Nullable DefinitionView get(GetDefinition query) {
    return readModel.read(snapshot -> {
      List<DefinitionSummary> versions =
          snapshot.list(
              VERSIONS, List.of(query.tenant().value(), query.name()), DefinitionQueries::summary);
      if (versions.isEmpty()) {
        return null;
      }
      DefinitionSummary latest = versions.getFirst();
      Document document =
          snapshot.one(
              DOCUMENT,
              List.of(query.tenant().value(), query.name(), latest.version()),
              Document::of);
      return document == null
          ? null
          : new DefinitionView(
              latest.name(),
              latest.version(),
              latest.hash(),
              latest.publishedAt(),
              document.format(),
              document.source(),
              versions,
              List.of(),
              asOf(snapshot));
    });
  }

  /** Returns one version with its graph; null when the tenant has none of that name and number. */
  public @Nullable DefinitionVersionView get(GetDefinitionVersion query) {
    return readModel.read(snapshot -> {
      List<Object> key = List.of(query.tenant().value(), query.name(), query.version());
      Document document = snapshot.one(DOCUMENT, key, Document::of);
      if (document == null) {
        return null;
      }
      DefinitionSummary summary = document.summary();
      return new DefinitionVersionView(
          summary.name(),
          summary.version(),
          summary.hash(),
          summary.publishedAt(),
          document.format(),
          document.source(),
          document.document(),
          snapshot.list(
              NODES,
              key,
              row ->
                  new GraphNode(
                      row.getString("node_id"), row.getString("type"), row.getString("label"))),
          snapshot.list(
              EDGES,
              key,
              row ->
                  new GraphEdge(
                      row.getString("from_node"),
                      row.getString("to_node"),
                      row.getString("condition"),
                      row.getBoolean("otherwise"))),
          asOf(snapshot));
    });
  }

  private static String asOf(Snapshot snapshot) throws SQLException {
    return snapshot.asOf(DefinitionProjection.NAME).toToken();
  }

  private static DefinitionSummary summary(ResultSet row) throws SQLException {
    return new DefinitionSummary(
        row.getString("name"),
        row.getInt("version"),
        row.getString("hash"),
        ReadModel.requiredInstant(row, "published_at"));
  }

  /** The row of a version. */
  private record Document(
      DefinitionSummary summary, String format, String source, JsonNode document) {
    static Document of(ResultSet row) throws SQLException {
      JsonNode document = JsonText.parse(row.getString("document"));
      return new Document(
          DefinitionQueries.summary(row),
          row.getString("format"),
          row.getString("source"),
          document == null ? JsonNodeFactory.instance.nullNode() : document);
    }
  }
}
