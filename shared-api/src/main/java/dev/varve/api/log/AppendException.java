package dev.varve.api.log;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why an append was not committed. Nothing of the unit was stored, except where {@link
 * OutcomeUnknown} says so.
 */
public abstract sealed class AppendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private AppendException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Another writer appended to the stream first; load it again and decide again. */
  public static final class StreamConflict extends AppendException {
    private static final long serialVersionUID = 1L;

    /** Names the stream and the sequence that was taken. */
    public StreamConflict(UUID streamId, long sequence) {
      super("Expected sequence " + sequence + " of stream " + streamId + " to be free", null);
    }
  }

  /** The command id was committed before with the same body; the first answer is given again. */
  public static final class DuplicateCommand extends AppendException {
    private static final long serialVersionUID = 1L;
    private final transient Committed first;
    private final UUID commandId;

    /** Carries the command of the unit that was the repeat and the first answer. */
    public DuplicateCommand(UUID commandId, Committed first) {
      super("Command was committed before", null);
      this.commandId = commandId;
      this.first = first;
    }

    /** Returns the first answer, marked as replayed. */
    public Committed first() {
      return first;
    }

    /** Returns which command of the unit it was. */
    public UUID commandId() {
      return commandId;
    }
  }

  /** The command id was committed before with another body. */
  public static final class CommandIdReused extends AppendException {
    private static final long serialVersionUID = 1L;
    private final UUID commandId;

    /** Carries the command of the unit that reused the id. */
    public CommandIdReused(UUID commandId, String key) {
      super("Idempotency key " + key + " was used before with another body", null);
      this.commandId = commandId;
    }

    /** Returns which command of the unit it was. */
    public UUID commandId() {
      return commandId;
    }
  }

  /** A unique key belongs to another stream. */
  public static final class KeyTaken extends AppendException {
    private static final long serialVersionUID = 1L;
    private final UUID commandId;
    private final UUID owner;
    private final KeyChange key;

    /** Carries the command, the key and the stream that owns it. */
    public KeyTaken(UUID commandId, KeyChange key, UUID owner) {
      super("Key " + key.scope() + "/" + key.key() + " belongs to stream " + owner, null);
      this.commandId = commandId;
      this.key = key;
      this.owner = owner;
    }

    /** Returns which command of the unit it was. */
    public UUID commandId() {
      return commandId;
    }

    /** Returns the stream that owns the key. */
    public UUID owner() {
      return owner;
    }

    /** Returns the key. */
    public KeyChange key() {
      return key;
    }
  }

  /** The unit breaks a rule of the store (size, NUL in text); deciding again cannot help. */
  public static final class Unstorable extends AppendException {
    private static final long serialVersionUID = 1L;
    private final String code;

    /** Carries a stable code, e.g. {@code payload.too-large}. */
    public Unstorable(String code, String message) {
      super(message, null);
      this.code = code;
    }

    /** Returns the stable code. */
    public String code() {
      return code;
    }
  }

  /** The database is not there or too busy; nothing was done, try again later. */
  public static final class Unavailable extends AppendException {
    private static final long serialVersionUID = 1L;
    private final String code;

    /** Carries a stable code, e.g. {@code store.unavailable} or {@code store.regressed}. */
    public Unavailable(String code, String message, @Nullable Throwable cause) {
      super(message, cause);
      this.code = code;
    }

    /** Returns the stable code. */
    public String code() {
      return code;
    }
  }

  /**
   * The connection was lost during commit and could not be settled in time: it may or may not be
   * stored.
   */
  public static final class OutcomeUnknown extends AppendException {
    private static final long serialVersionUID = 1L;

    /** Carries the failure that left the outcome open. */
    public OutcomeUnknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
