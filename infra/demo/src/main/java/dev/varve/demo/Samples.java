package dev.varve.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The sample definitions that come with the shop, as YAML text. */
public final class Samples {

  private static final List<String> NAMES = List.of("hello", "order", "parallel", "retry", "delay");

  private Samples() {}

  /**
   * Names of all samples, simplest first.
   *
   * @return definition names
   */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The document of one sample.
   *
   * @param name one of {@link #names}
   * @return YAML in the definition format, calling the shop at its default port
   */
  public static String text(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("Expected one of " + NAMES + ", but got " + name);
    }
    String resource = "/samples/" + name + ".yaml";
    try (InputStream stream = Samples.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(resource + " is missing from this build");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
