package dev.varve.query.statistics;

import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionStatistics;
import dev.varve.api.definition.DefinitionStatistics.Counts;
import dev.varve.api.definition.DefinitionStatistics.Day;
import dev.varve.query.projection.ReadModel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Answers how the executions of a definition went. */
public final class StatisticsQueries {
  private static final String OF_DEFINITION =
      """
      select version, day, started, completed, failed, cancelled, timed_out, duration_ms_sum,
        duration_ms_max
      from read_model.execution_statistics where tenant_id = ? and definition = ?
      order by version, day\
      """;

  private final ReadModel readModel;

  /** Reads {@code readModel}. */
  public StatisticsQueries(ReadModel readModel) {
    this.readModel = readModel;
  }

  /** Returns one entry per version of {@code definition} that was ever started, newest first. */
  public List<DefinitionStatistics> ofDefinition(TenantId tenant, String definition) {
    List<VersionDay> rows =
        readModel.read(snapshot ->
            snapshot.list(OF_DEFINITION, List.of(tenant.value(), definition), VersionDay::of));
    var versions = new TreeMap<Integer, List<Day>>();
    rows.forEach(
        row -> versions.computeIfAbsent(row.version(), _ -> new ArrayList<>()).add(row.day()));
    var statistics = new ArrayList<DefinitionStatistics>(versions.size());
    versions
        .descendingMap()
        .forEach((version, days) -> {
          Counts total = days.stream().map(Day::counts).reduce(Counts.NONE, Counts::plus);
          statistics.add(new DefinitionStatistics(definition, version, total, days));
        });
    return statistics;
  }

  /** A row of the read model. */
  private record VersionDay(int version, Day day) {
    static VersionDay of(ResultSet row) throws SQLException {
      var counts =
          new Counts(
              row.getLong("started"),
              row.getLong("completed"),
              row.getLong("failed"),
              row.getLong("cancelled"),
              row.getLong("timed_out"),
              row.getLong("duration_ms_sum"),
              row.getLong("duration_ms_max"));
      return new VersionDay(row.getInt("version"), new Day(row.getString("day"), counts));
    }
  }
}
