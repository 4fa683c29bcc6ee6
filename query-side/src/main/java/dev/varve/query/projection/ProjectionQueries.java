package dev.varve.query.projection;

import dev.varve.api.log.LogToken;
import dev.varve.api.projection.ProjectionView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers how far the projections have come. */
public final class ProjectionQueries {
  private static final String STATE_ELSEWHERE = "elsewhere";

  private static final String LIST =
      """
      select split.name, split.partition, t.processor, coalesce(t.position, 0) as position, e.hash,
        greatest(coalesce(tail.position, 0) - coalesce(t.position, 0), 0) as lag_events,
        coalesce(greatest(
          extract(epoch from clock_timestamp() - n.recorded_at) * 1000, 0), 0)::bigint as lag_ms,
        (select count(*) from event_store.parked_sequence p where p.projection = split.name
          and p.partition = split.partition and p.discarded_at is null)::int as parked
      from event_store.projection_token t
      cross join lateral (
        select split_part(t.processor, '@', 1) as name,
          coalesce(nullif(split_part(t.processor, '@', 2), ''), '0')::smallint as partition
      ) split
      left join lateral (
        select max(position) as position from event_store.event where partition = split.partition
      ) tail on true
      left join event_store.event e
        on e.partition = split.partition and e.position = t.position
      left join event_store.event n
        on n.partition = split.partition and n.position = coalesce(t.position, 0) + 1
      where t.segment = 0
      order by split.name, split.partition\
      """;

  private final ReadModel readModel;
  private final LocalProcessors processors;

  /**
   * Makes it.
   *
   * @param readModel where the tokens are
   * @param processors the processors of this process
   */
  public ProjectionQueries(ReadModel readModel, LocalProcessors processors) {
    this.readModel = readModel;
    this.processors = processors;
  }

  /** Returns every projection in every partition, by name and partition. */
  public List<ProjectionView> list() {
    return readModel.read(snapshot -> snapshot.list(LIST, List.of(), this::view));
  }

  /** Returns how far {@code projection} has come. */
  public LogToken position(String projection) {
    return readModel.read(snapshot -> snapshot.asOf(projection));
  }

  private ProjectionView view(ResultSet row) throws SQLException {
    String state = processors.state(row.getString("processor"));
    return new ProjectionView(
        row.getString("name"),
        row.getInt("partition"),
        ReadModel.position(row.getInt("partition"), row.getLong("position"), row.getBytes("hash"))
            .toToken(),
        row.getLong("lag_events"),
        row.getLong("lag_ms"),
        state == null ? STATE_ELSEWHERE : state,
        row.getInt("parked"));
  }

  /** The event processors of this process. */
  @FunctionalInterface
  public interface LocalProcessors {
    /**
     * Returns {@code running}, {@code failed} or {@code stopped}; null when {@code processor} is
     * not claimed by this process.
     */
    @Nullable String state(String processor);
  }
}
