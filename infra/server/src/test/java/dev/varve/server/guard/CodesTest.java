package dev.varve.server.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.rejection.RejectionCode;
import dev.varve.server.hostile.CodesElsewhere;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every code a request can be refused with is one that something refuses with, and is tested. */
class CodesTest {
  private static final List<Path> SOURCES = SourceTree.javaFiles();

  @Test
  void every_code_is_used() {
    List<String> used =
        SOURCES.stream()
            .filter(file -> !SourceTree.isTest(file))
            .filter(file -> !file.endsWith("RejectionCode.java"))
            .filter(file -> !SourceTree.relative(file).contains("/openapi/"))
            .map(SourceTree::text)
            .toList();
    for (RejectionCode code : RejectionCode.values()) {
      assertThat(used).as("sources that refuse with " + code).anyMatch(text -> names(text, code));
    }
  }

  private static boolean names(String text, RejectionCode code) {
    return text.contains(code.name()) || text.contains(code.code());
  }

  @Test
  void every_code_that_hostile_input_does_not_show_is_shown_by_a_test_that_names_it() {
    Map<String, RejectionCode> codes =
        Arrays.stream(RejectionCode.values())
            .collect(Collectors.toMap(RejectionCode::code, code -> code));
    CodesElsewhere.TESTS.forEach((code, place) -> {
      String[] test = place.split("#", -1);
      String text =
          SOURCES.stream()
              .filter(SourceTree::isTest)
              .filter(file -> file.endsWith(test[0] + ".java"))
              .map(SourceTree::text)
              .collect(Collectors.joining());
      assertThat(codes).as("known codes").containsKey(code);
      assertThat(text).as(place).contains("void " + test[1] + "()");
      RejectionCode named = codes.get(code);
      assertThat(named != null && names(text, named)).as(place + " names " + code).isTrue();
    });
  }

  @Test
  void what_cannot_be_shown_over_http_is_no_kind_that_only_http_has() {
    Set<String> elsewhere = new HashSet<>(CodesElsewhere.NOT_OVER_HTTP);

    assertThat(CodesElsewhere.TESTS.keySet()).containsAll(elsewhere);
    for (RejectionCode code : RejectionCode.values()) {
      if (elsewhere.contains(code.code())) {
        assertThat(code.kind()).isEqualTo(RejectionCode.Kind.CONFLICT);
      }
    }
  }
}
