package dev.varve.server.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that sleeps, skips or never runs proves nothing. */
class TestHabitsTest {
  private static final int TEST_FILES_MIN = 30;
  private static final Pattern ANY_TEST =
      Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory|ArchTest)\\b");
  private static final Pattern TEST_METHOD =
      Pattern.compile("@(?:Test|ParameterizedTest|RepeatedTest)\\b[^;{]*?\\bvoid\\s+(\\w+)\\s*\\(");

  @Test
  void tests_wait_for_what_they_expect_and_never_sleep() {
    assertThat(
            linesMatching(
                Pattern.compile("Thread\\s*\\.\\s*" + "sleep|TimeUnit\\.\\w+\\." + "sleep")))
        .as("use the settable clock, or a bounded await")
        .isEmpty();
  }

  @Test
  void no_test_is_switched_off_or_skips_itself() {
    String off =
        "@"
            + "Disabled|@Enabled(If|On|For)|\\bassum"
            + "e(True|False|That|ing)|\\bassum"
            + "ptions\\b";
    assertThat(linesMatching(Pattern.compile(off, Pattern.CASE_INSENSITIVE)))
        .as("a skipped test counts as green; a missing capability fails")
        .isEmpty();
  }

  @Test
  void no_test_mocks() {
    assertThat(linesMatching(Pattern.compile("org\\." + "mockito")))
        .as("recording doubles from the test kit instead of mocks")
        .isEmpty();
  }

  @Test
  void the_build_runs_every_class_with_tests() {
    List<String> neverRun = new ArrayList<>();
    for (Path file : tests()) {
      String name = file.getFileName().toString();
      if (ANY_TEST.matcher(SourceTree.text(file)).find()
          && !name.matches(".*(Test|IT|Contract)\\.java")) {
        neverRun.add(SourceTree.relative(file));
      }
    }
    assertThat(neverRun).as("named *Test (unit) or *IT (needs PostgreSQL), or *Contract").isEmpty();
  }

  @Test
  void every_test_class_has_tests_or_extends_a_contract() {
    List<String> empty = new ArrayList<>();
    for (Path file : tests()) {
      String text = SourceTree.text(file);
      if (file.getFileName().toString().matches(".*(Test|IT)\\.java")
          && !ANY_TEST.matcher(text).find()
          && !text.matches("(?s).*\\bextends\\s+\\w*(Contract|Test|IT)\\b.*")) {
        empty.add(SourceTree.relative(file));
      }
    }
    assertThat(empty).isEmpty();
  }

  @Test
  void test_names_are_sentences_in_snake_case() {
    List<String> others = new ArrayList<>();
    for (Path file : tests()) {
      Matcher names = TEST_METHOD.matcher(SourceTree.text(file));
      while (names.find()) {
        if (!names.group(1).matches("[a-z0-9]+(_[a-zA-Z0-9]+)+|[a-z0-9]+")) {
          others.add(SourceTree.relative(file) + " " + names.group(1));
        }
      }
    }
    assertThat(others).isEmpty();
  }

  private static List<String> linesMatching(Pattern pattern) {
    List<String> found = new ArrayList<>();
    for (Path file : tests()) {
      List<String> lines = SourceTree.text(file).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (pattern.matcher(lines.get(i)).find()) {
          found.add(SourceTree.relative(file) + ":" + (i + 1) + " " + lines.get(i).strip());
        }
      }
    }
    return found;
  }

  private static List<Path> tests() {
    List<Path> tests;
    try (Stream<Path> files = SourceTree.javaFiles().stream()) {
      tests = files.filter(SourceTree::isTest).toList();
    }
    assertThat(tests).as("test files looked at").hasSizeGreaterThan(TEST_FILES_MIN);
    return tests;
  }
}
