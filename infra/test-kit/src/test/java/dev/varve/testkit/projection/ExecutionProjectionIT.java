package dev.varve.testkit.projection;

import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionProgress;
import java.util.List;
import javax.sql.DataSource;

class ExecutionProjectionIT extends ProjectionContract {
  @Override
  protected Projection projection(DataSource dataSource, ProjectionProgress progress) {
    return new ExecutionProjection(dataSource, progress);
  }

  @Override
  protected List<String> tables() {
    return List.of("execution", "execution_node", "execution_attempt");
  }
}
