package dev.varve.command.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.RejectionCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every sample, spoilt at every place in every way: it stays valid or is refused with known codes.
 */
class MutatedDefinitionsTest {
  private static final long SEED = 20_261_121;
  private static final Set<String> CODES =
      Stream.concat(
              Arrays.stream(DefinitionProblem.values()).map(DefinitionProblem::code),
              Arrays.stream(RejectionCode.values()).map(RejectionCode::code))
          .collect(Collectors.toSet());

  static Stream<Path> samples() {
    return Samples.files().stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_spoilt_sample_is_valid_or_refused_with_known_codes_and_places(Path sample)
      throws IOException {
    JsonNode document = Parsed.valid(Files.readString(sample), Format.YAML).document();
    Random random = new Random(SEED);
    int refused = 0;
    int tried = 0;
    for (String pointer : pointers(document)) {
      for (JsonNode mutant : mutants(document, pointer, random)) {
        tried++;
        if (isRefused(mutant, pointer)) {
          refused++;
        }
      }
    }
    assertThat(tried).isGreaterThan(300);
    assertThat(refused).as("of %d", tried).isGreaterThan(tried / 2);
  }

  private static boolean isRefused(JsonNode mutant, String pointer) {
    String text = mutant.toString();
    List<FieldError> faults;
    try {
      faults = Parsed.faults(text, Format.JSON);
    } catch (RuntimeException | StackOverflowError e) {
      return fail("Mutant at " + pointer + " of seed " + SEED + ": " + text, e);
    }
    for (FieldError fault : faults) {
      assertThat(CODES).as(text).contains(fault.code());
      assertThat(fault.line()).as(text).isNotNull();
      assertThat(fault.detail()).as(text).isNotBlank().doesNotContain("Exception", "dev.varve");
      assertThat(isPlace(mutant, fault.pointer())).as("%s in %s", fault.pointer(), text).isTrue();
    }
    return !faults.isEmpty();
  }

  /** A fault points to what is there, or to a member that is missing there. */
  private static boolean isPlace(JsonNode document, String pointer) {
    if (pointer.isEmpty()) {
      return true;
    }
    int last = pointer.lastIndexOf('/');
    return !document.at(JsonPointer.compile(pointer.substring(0, last))).isMissingNode();
  }

  private static List<String> pointers(JsonNode document) {
    List<String> pointers = new ArrayList<>();
    collect(document, "", pointers);
    return pointers;
  }

  private static void collect(JsonNode node, String pointer, List<String> pointers) {
    pointers.add(pointer);
    if (node instanceof ObjectNode object) {
      object.forEachEntry((name, value) -> collect(value, pointer + "/" + name, pointers));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        collect(array.get(i), pointer + "/" + i, pointers);
      }
    }
  }

  private static List<JsonNode> mutants(JsonNode document, String pointer, Random random) {
    List<JsonNode> mutants = new ArrayList<>();
    JsonNode value = document.at(JsonPointer.compile(pointer));
    for (Mutations.Mutation mutation : Mutations.all()) {
      JsonNode replacement = mutation.apply().apply(value, random);
      if (replacement != null) {
        mutants.add(replaced(document, pointer, replacement));
      }
    }
    if (!pointer.isEmpty()) {
      mutants.add(replaced(document, pointer, null));
    }
    return mutants;
  }

  private static JsonNode replaced(
      JsonNode document, String pointer, @Nullable JsonNode replacement) {
    if (pointer.isEmpty()) {
      return replacement == null ? document : replacement;
    }
    JsonNode copy = document.deepCopy();
    int last = pointer.lastIndexOf('/');
    String name = pointer.substring(last + 1);
    JsonNode parent = copy.at(JsonPointer.compile(pointer.substring(0, last)));
    if (parent instanceof ObjectNode object) {
      if (replacement == null) {
        object.remove(name);
      } else {
        object.set(name, replacement);
      }
    } else if (parent instanceof ArrayNode array) {
      if (replacement == null) {
        array.remove(Integer.parseInt(name));
      } else {
        array.set(Integer.parseInt(name), replacement);
      }
    }
    return copy;
  }
}
