package dev.varve.testkit.projection;

import dev.varve.query.definition.DefinitionProjection;
import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionProgress;
import java.util.List;
import javax.sql.DataSource;

class DefinitionProjectionIT extends ProjectionContract {
  @Override
  protected Projection projection(DataSource dataSource, ProjectionProgress progress) {
    return new DefinitionProjection(dataSource, progress);
  }

  @Override
  protected List<String> tables() {
    return List.of("definition_version", "definition_node", "definition_edge");
  }
}
