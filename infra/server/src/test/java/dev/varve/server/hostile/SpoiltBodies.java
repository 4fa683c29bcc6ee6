package dev.varve.server.hostile;

import dev.varve.server.hostile.Mutator.Verdict;
import dev.varve.server.hostile.Samples.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Sends samples, spoilt at every place. */
final class SpoiltBodies {
  /** Faults about how parts fit together: they may be named at the other part. */
  private static final Set<String> OF_THE_WHOLE =
      Set.of(
          "definition.edge-dangling",
          "definition.edge-self",
          "definition.edge-end",
          "definition.edge-condition",
          "definition.otherwise",
          "definition.no-entry",
          "definition.cycle",
          "definition.unreachable",
          "definition.join",
          "definition.node-duplicate",
          "definition.limit",
          "input.schema",
          "expression.unknown-name",
          "expression.unavailable",
          "expression.type",
          "expression.too-complex");

  /** Refusals that have no place in the document. */
  private static final Set<String> WITHOUT_PLACE =
      Set.of(
          "definition.not-found",
          "execution.business-key-taken",
          "request.too-large",
          "payload.too-large");

  private final Probe probe;
  private final Report report;
  private final Random random;
  private final int oneOf;
  private long created;

  /**
   * Makes a sender.
   *
   * @param seed of the choice
   * @param oneOf sends one of so many mutations, by chance; 1 for all
   */
  SpoiltBodies(Probe probe, Report report, long seed, int oneOf) {
    this.probe = probe;
    this.report = report;
    this.random = new Random(seed);
    this.oneOf = oneOf;
  }

  /** Returns how many inputs were answered with 201. */
  long created() {
    return created;
  }

  void send(Sample sample, List<Mutator> mutators, Map<String, String> headers) {
    for (String pointer : Documents.pointers(sample.document())) {
      for (Mutator mutator : mutators) {
        if (random.nextInt(oneOf) == 0) {
          String spoilt = mutator.apply().apply(sample.document(), pointer);
          if (spoilt != null) {
            String what = sample.name() + " " + mutator.name() + " at '" + pointer + "'";
            judge(post(sample, spoilt, headers, what), mutator, pointer, what);
          }
        }
      }
    }
  }

  private Probe.Reply post(Sample sample, String body, Map<String, String> headers, String what) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Probe.Reply reply = probe.post(sample.path(), bytes, headers, what);
    if (reply.status() == 201) {
      created++;
    }
    return reply;
  }

  private void judge(Probe.Reply reply, Mutator mutator, String pointer, String what) {
    switch (mutator.verdict()) {
      case Verdict.Legal _ -> report.expect(!reply.refused(), what, "refused", reply);
      case Verdict.Refused refused -> {
        report.expect(reply.code().equals(refused.code()), what, "not " + refused.code(), reply);
        report.expect(isNear(reply, pointer), what, "another place", reply);
      }
      case Verdict.Either _ -> {
        if (reply.refused()) {
          report.expect(isNear(reply, pointer), what, "another place", reply);
        }
      }
    }
  }

  /** Tells whether one fault lies at the spoilt place, in it, or in what it is a direct part of. */
  private boolean isNear(Probe.Reply reply, String pointer) {
    JsonNode errors = reply.body().path("errors");
    if (errors.isEmpty()) {
      return WITHOUT_PLACE.contains(reply.code());
    }
    String parent = Documents.parent(pointer);
    for (JsonNode error : errors) {
      String named = error.path("pointer").asString("");
      boolean inside = named.equals(pointer) || named.startsWith(pointer + "/");
      boolean beside = named.equals(parent) || Documents.parent(named).equals(parent);
      boolean unread = reply.code().startsWith("json.") || reply.code().startsWith("yaml.");
      if (inside || beside || (unread && pointer.startsWith(named))) {
        return true;
      }
    }
    String code = errors.get(0).path("code").asString("");
    boolean whole = OF_THE_WHOLE.contains(code);
    if (whole) {
      report.elsewhere(code);
    }
    return whole;
  }
}
