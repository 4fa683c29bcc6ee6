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
    this(
        "Setting varve."
            + setting
            + " ("
            + SettingCatalog.named(setting)
                .map(Setting::variable)
                .orElse("VARVE_" + setting.toUpperCase(Locale.ROOT).replace('-', '_'))
            + ", --"
            + setting
            + "): "
            + remedy);
  }

  private SettingsException(String message) {
    super(message, null, false, false);
  }

  /** Refuses a word of the command line that is no setting, and guesses what was meant. */
  static SettingsException unknown(String word) {
    String name = word.replaceFirst("^--(varve\\.)?", "").replaceFirst("=.*", "");
    return new SettingsException(
        "Unknown argument "
            + word.replaceFirst("=.*", "")
            + SettingCatalog.closest(name).map(like -> ": did you mean --" + like + "?").orElse(".")
            + " ./varve server --help lists all settings.");
  }
}
