package dev.varve.command.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.format.Corpus.Bad;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadDefinitionsTest {
  /** Faults of documents larger than the corpus should hold; {@link LargeDefinitionsTest}. */
  private static final Set<String> SHOWN_ELSEWHERE = Set.of("definition.limit");

  static Stream<Bad> corpus() {
    return Corpus.read().stream();
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void every_fault_is_reported_with_code_pointer_and_place(Bad bad) {
    List<FieldError> faults = Parsed.faults(bad.text(), bad.format());

    assertThat(faults.stream().map(Corpus::line)).containsExactlyElementsOf(bad.expected());
    assertThat(faults)
        .allSatisfy(fault -> assertThat(fault.detail()).isNotBlank().hasSizeLessThan(600));
  }

  @Test
  void a_document_that_can_be_read_is_refused_as_a_whole_with_all_its_faults() {
    Parsing parsing =
        Parsed.PARSER.parse("name: 1\nnodes: 2".getBytes(StandardCharsets.UTF_8), Format.YAML);

    assertThat(((Parsing.Invalid) parsing).rejection().code())
        .isEqualTo(RejectionCode.DEFINITION_INVALID);
    assertThat(((Parsing.Invalid) parsing).rejection().errors()).hasSize(2);
  }

  @Test
  void every_code_is_produced_by_a_document_of_the_corpus() {
    Set<String> produced =
        corpus()
            .flatMap(bad -> bad.expected().stream())
            .map(line -> line.substring(0, line.indexOf(' ')))
            .collect(Collectors.toCollection(TreeSet::new));
    produced.addAll(SHOWN_ELSEWHERE);

    assertThat(produced)
        .containsAll(
            Arrays.stream(DefinitionProblem.values()).map(DefinitionProblem::code).toList());
  }

  @Test
  void every_fault_of_the_corpus_has_a_code_of_the_closed_lists() {
    Set<String> known =
        Stream.concat(
                Arrays.stream(DefinitionProblem.values()).map(DefinitionProblem::code),
                Arrays.stream(RejectionCode.values()).map(RejectionCode::code))
            .collect(Collectors.toSet());

    assertThat(
            corpus()
                .flatMap(bad -> bad.expected().stream())
                .map(line -> line.substring(0, line.indexOf(' '))))
        .allMatch(known::contains);
  }
}
