package dev.varve.query.projection;

import java.util.List;

/** Reads the positions of projections from their tokens in the database. */
public final class StoredTokens implements ProjectionProgress.StoredPositions {
  private static final String POSITION =
      "select position from event_store.projection_token where processor = ? and segment = 0";

  private final ReadModel readModel;

  /** Reads through {@code readModel}. */
  public StoredTokens(ReadModel readModel) {
    this.readModel = readModel;
  }

  @Override
  public long position(String projection, int partition) {
    String processor = partition == 0 ? projection : projection + "@" + partition;
    Long position =
        readModel.read(
            snapshot -> snapshot.one(POSITION, List.of(processor), row -> row.getLong(1)));
    return position == null ? 0 : position;
  }
}
