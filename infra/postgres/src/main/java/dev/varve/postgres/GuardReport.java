package dev.varve.postgres;

import java.util.List;

/**
 * What the start-up guards let pass.
 *
 * @param warnings for the log and the health page; empty on a sound server
 * @param notifications false when a NOTIFY does not arrive here, so that readers must poll
 */
public record GuardReport(List<Warning> warnings, boolean notifications) {

  /** Copies the warnings. */
  public GuardReport {
    warnings = List.copyOf(warnings);
  }

  /**
   * One thing that is not as it should be.
   *
   * @param code stable code, such as {@code guard.fsync}
   * @param problem what was found
   * @param remedy what to change
   */
  public record Warning(String code, String problem, String remedy) {}
}
