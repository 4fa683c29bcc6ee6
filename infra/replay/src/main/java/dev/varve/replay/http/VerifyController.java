package dev.varve.replay.http;

import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.verify.Verdict;
import dev.varve.replay.Verification;
import dev.varve.web.RejectionException;
import java.sql.SQLException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Computes the hash chain of every partition again. */
@RestController
public final class VerifyController {
  private static final int PREFIX_HEX_DIGITS = 8;
  private static final long LIMIT_MAX = 1_000_000;
  private static final String FIRST_BAD = "firstBad";

  private final EventLog log;
  private final Verification verification;

  /** Makes the door. */
  public VerifyController(EventLog log, Verification verification) {
    this.log = log;
    this.verification = verification;
  }

  /**
   * {@code GET /verify}: whether every event is what was written, up to which position, and the
   * first one that is not. Reads the whole log in pages; time grows with its length. Who wants to
   * see how it goes asks for a part at a time, with {@code limit}, and goes on with {@code next}.
   *
   * @param after opaque, the field {@code next} of the part before: what lies before is taken for
   *     granted
   * @param limit most events to look at, 1 to 1,000,000; all when absent
   */
  @GetMapping("/api/v1/verify")
  public ObjectNode verify(
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String limit)
      throws SQLException {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    LogToken checkedTo = EventParameters.token(after);
    long most = limit(limit);
    long checked = 0;
    for (int partition : log.partitions()) {
      long done = checkedTo.at(partition).position();
      long left = tail(partition, done) - done;
      if (checked == most || (done > 0 && left == 0)) {
        continue; // the part ends before it, or it was looked at to its end
      }
      long end = left > most - checked ? done + most - checked : Long.MAX_VALUE;
      Verdict verdict = verification.verify(partition, done + 1, end);
      checked += verdict.checked();
      if (verdict.checked() > 0) {
        checkedTo = checkedTo.with(last(verdict));
      }
      Verdict.Problem problem = verdict.problem();
      if (problem != null && !answer.has(FIRST_BAD)) {
        answer
            .putObject(FIRST_BAD)
            .put("partition", partition)
            .put("position", problem.position())
            .put("problem", problem.code() + ": " + problem.message());
      }
    }
    boolean valid = !answer.has(FIRST_BAD);
    long remaining = checked < most ? 0 : remaining(checkedTo);
    answer.put("valid", valid);
    answer.put("checked", checked);
    answer.put("remaining", remaining);
    answer.put("checkedTo", checkedTo.toToken());
    if (valid) {
      answer.putNull(FIRST_BAD);
    }
    answer.put("next", valid && remaining > 0 ? checkedTo.toToken() : null);
    return answer;
  }

  private long remaining(LogToken checkedTo) {
    long remaining = 0;
    for (int partition : log.partitions()) {
      remaining += log.tail(partition).position() - checkedTo.at(partition).position();
    }
    return remaining;
  }

  private long tail(int partition, long done) {
    long tail = log.tail(partition).position();
    if (done > tail) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.CURSOR_REGRESSED,
              "Expected a place in this log, but the cursor names one that is not in it"));
    }
    return tail;
  }

  private static long limit(@Nullable String text) {
    if (text == null) {
      return Long.MAX_VALUE;
    }
    if (text.matches("[1-9][0-9]{0,6}")) {
      long limit = Long.parseLong(text);
      if (limit <= LIMIT_MAX) {
        return limit;
      }
    }
    throw EventParameters.invalid("limit", "Expected a number from 1 to " + LIMIT_MAX);
  }

  private static LogPosition last(Verdict verdict) {
    long position = verdict.from() + verdict.checked() - 1;
    int prefix = HexFormat.fromHexDigits(verdict.hash(), 0, PREFIX_HEX_DIGITS);
    return new LogPosition(verdict.partition(), position, prefix);
  }
}
