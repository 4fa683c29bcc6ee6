package dev.varve.replay.http;

import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.verify.Verdict;
import dev.varve.replay.Verification;
import java.sql.SQLException;
import java.util.HexFormat;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Computes the hash chain of every partition again. */
@RestController
public final class VerifyController {
  private static final int PREFIX_HEX_DIGITS = 8;

  private final EventLog log;
  private final Verification verification;

  /** Makes the door. */
  public VerifyController(EventLog log, Verification verification) {
    this.log = log;
    this.verification = verification;
  }

  /**
   * {@code GET /verify}: whether every event is what was written, up to which position, and the
   * first one that is not. Reads the whole log in pages; time grows with its length.
   */
  @GetMapping("/api/v1/verify")
  public ObjectNode verify() throws SQLException {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    LogToken checkedTo = LogToken.START;
    for (int partition : log.partitions()) {
      Verdict verdict = verification.verify(partition);
      if (verdict.checked() > 0) {
        checkedTo = checkedTo.with(last(verdict));
      }
      Verdict.Problem problem = verdict.problem();
      if (problem != null && !answer.has("firstBad")) {
        answer
            .putObject("firstBad")
            .put("partition", partition)
            .put("position", problem.position())
            .put("problem", problem.code() + ": " + problem.message());
      }
    }
    answer.put("valid", !answer.has("firstBad"));
    answer.put("checkedTo", checkedTo.toToken());
    if (!answer.has("firstBad")) {
      answer.putNull("firstBad");
    }
    return answer;
  }

  private static LogPosition last(Verdict verdict) {
    long position = verdict.from() + verdict.checked() - 1;
    int prefix = HexFormat.fromHexDigits(verdict.hash(), 0, PREFIX_HEX_DIGITS);
    return new LogPosition(verdict.partition(), position, prefix);
  }
}
