package dev.varve.command.format;

import dev.varve.api.rejection.FieldError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The documents that must be refused, each with the faults that must be found in it. */
final class Corpus {
  private static final Pattern TITLE = Pattern.compile("=== (.*) \\((yaml|json)\\)");
  private static final Pattern REPEATED = Pattern.compile("\\{\\{(\\d+):([^}]*)\\}\\}");

  private Corpus() {}

  /**
   * One document.
   *
   * @param title what is wrong with it
   * @param format its notation
   * @param expected faults as {@code code pointer line:column}
   * @param text the document
   */
  record Bad(String title, Format format, List<String> expected, String text) {
    @Override
    public String toString() {
      return title;
    }
  }

  /** Reads all of them. */
  static List<Bad> read() {
    List<Bad> all = new ArrayList<>();
    List<String> lines =
        content().lines().filter(line -> !line.startsWith("# ") || !all.isEmpty()).toList();
    int at = 0;
    while (at < lines.size()) {
      Matcher title = TITLE.matcher(lines.get(at));
      if (!title.matches()) {
        at++;
        continue;
      }
      List<String> expected = new ArrayList<>();
      at++;
      while (!lines.get(at).equals("---")) {
        expected.add(lines.get(at));
        at++;
      }
      at++;
      List<String> document = new ArrayList<>();
      while (at < lines.size() && !lines.get(at).startsWith("=== ")) {
        document.add(lines.get(at));
        at++;
      }
      Format format = Format.valueOf(title.group(2).toUpperCase(java.util.Locale.ROOT));
      all.add(new Bad(title.group(1), format, expected, expanded(String.join("\n", document))));
    }
    return all;
  }

  private static String expanded(String text) {
    return REPEATED
        .matcher(text)
        .replaceAll(found ->
            Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)))));
  }

  private static String content() {
    try (InputStream in =
        Objects.requireNonNull(Corpus.class.getResourceAsStream("bad-definitions.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a fault in the notation of the corpus. */
  static String line(FieldError fault) {
    return fault.code() + " " + fault.pointer() + " " + fault.line() + ":" + fault.column();
  }
}
