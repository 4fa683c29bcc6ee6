package dev.varve.testkit.projection;

import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionProgress;
import dev.varve.query.statistics.StatisticsProjection;
import java.util.List;
import javax.sql.DataSource;

class StatisticsProjectionIT extends ProjectionContract {
  @Override
  protected Projection projection(DataSource dataSource, ProjectionProgress progress) {
    return new StatisticsProjection(dataSource, progress);
  }

  @Override
  protected List<String> tables() {
    return List.of("execution_statistics", "execution_statistics_open");
  }
}
