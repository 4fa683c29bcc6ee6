package dev.varve.server;

import java.util.Locale;

/** A setting that the server cannot start with; the message names it and the remedy. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the setting.
   *
   * @param setting its name after {@code varve.}
   * @param remedy what was expected, what was found, what to do
   */
  public SettingsException(String setting, String remedy) {
    super(
        "Setting varve."
            + setting
            + " (VARVE_"
            + setting.toUpperCase(Locale.ROOT).replace('-', '_')
            + ", --"
            + setting
            + "): "
            + remedy,
        null,
        false,
        false);
  }
}
