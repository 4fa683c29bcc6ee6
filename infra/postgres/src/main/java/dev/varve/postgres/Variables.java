package dev.varve.postgres;

import java.util.Map;
import java.util.Optional;

/**
 * Environment variables, read with errors that name the variable.
 *
 * @param environment variables by name
 */
record Variables(Map<String, String> environment) {

  Optional<String> text(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  Optional<Integer> number(String name, int min, int max) {
    return text(name).map(value -> number(name, value, min, max));
  }

  static int number(String name, String value, int min, int max) {
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with numbers out of range.
    }
    throw new StartupException(
        "storage.setting-invalid",
        name + " is '" + value + "'.",
        "Set " + name + " to a whole number from " + min + " to " + max + ".");
  }
}
