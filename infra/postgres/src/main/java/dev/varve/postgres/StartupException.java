package dev.varve.postgres;

/**
 * Why a start was refused: a stable code, what was found, and what to do about it.
 *
 * <p>Thrown for what the person who starts the program can put right (a setting, a server that is
 * not there, a missing privilege), never for a defect of the program itself.
 */
public final class StartupException extends RuntimeException {

  private final String code;
  private final String problem;
  private final String remedy;

  /**
   * Refuses a start.
   *
   * @param code stable machine-readable code, such as {@code storage.connection-refused}
   * @param problem what was found, one sentence, never with a password in it
   * @param remedy what to change, naming the setting
   */
  public StartupException(String code, String problem, String remedy) {
    super(problem + " Remedy: " + remedy);
    this.code = code;
    this.problem = problem;
    this.remedy = remedy;
  }

  /**
   * Refuses a start and keeps the failure underneath.
   *
   * @param code stable machine-readable code
   * @param problem what was found, one sentence
   * @param remedy what to change, naming the setting
   * @param cause the failure underneath
   */
  public StartupException(String code, String problem, String remedy, Throwable cause) {
    this(code, problem, remedy);
    initCause(cause);
  }

  /**
   * Stable code of this refusal.
   *
   * @return the code, such as {@code storage.authentication-failed}
   */
  public String code() {
    return code;
  }

  /**
   * What was found.
   *
   * @return one sentence without the remedy
   */
  public String problem() {
    return problem;
  }

  /**
   * What to do about it.
   *
   * @return a sentence that names the setting to change
   */
  public String remedy() {
    return remedy;
  }
}
