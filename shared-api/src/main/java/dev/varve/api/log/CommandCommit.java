package dev.varve.api.log;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one accepted command asks the event store to commit besides its events, and where the store
 * writes the result.
 *
 * <p>The aggregate shell adds one to the unit of work's resource {@link #RESOURCE} (a {@code
 * List<CommandCommit>}) per accepted command, in the order decided; the events of the unit of work
 * belong to the commits in that order, {@link #eventCount()} each. All commits of one unit of work
 * lie in one partition and are committed together. The store fills in {@link #committed()} before
 * the unit of work's COMMIT phase ends.
 */
public final class CommandCommit {
  /** Name of the root unit of work's resource that holds the {@code List<CommandCommit>}. */
  public static final String RESOURCE = "dev.varve.command-commits";

  private final UUID streamId;
  private final CommandMetadata metadata;
  private final int eventCount;
  private final List<KeyChange> keys;
  private final JsonNode answer;
  private volatile @Nullable Committed committed;

  /**
   * Makes a commit that is not yet stored.
   *
   * @param streamId the stream the command belongs to; its partition is the commit's partition
   * @param metadata the command's metadata
   * @param eventCount how many of the unit of work's events belong to this command, may be 0
   * @param keys keys to acquire or release
   * @param answer what a receipt remembers and a repeated command is answered with
   */
  public CommandCommit(
      UUID streamId,
      CommandMetadata metadata,
      int eventCount,
      List<KeyChange> keys,
      JsonNode answer) {
    this.streamId = streamId;
    this.metadata = metadata;
    this.eventCount = eventCount;
    this.keys = List.copyOf(keys);
    this.answer = answer;
  }

  /** Returns the stream the command belongs to. */
  public UUID streamId() {
    return streamId;
  }

  /** Returns the command's metadata. */
  public CommandMetadata metadata() {
    return metadata;
  }

  /** Returns how many events the command made. */
  public int eventCount() {
    return eventCount;
  }

  /** Returns the keys to acquire or release. */
  public List<KeyChange> keys() {
    return keys;
  }

  /** Returns the answer that the receipt remembers. */
  public JsonNode answer() {
    return answer;
  }

  /** Returns where the command was committed, or null before that. */
  public @Nullable Committed committed() {
    return committed;
  }

  /** Called once by the event store when the commit is durable. */
  public void complete(Committed result) {
    this.committed = result;
  }
}
