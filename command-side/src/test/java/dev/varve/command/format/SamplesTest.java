package dev.varve.command.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.rejection.FieldError;
import dev.varve.command.core.definition.CompiledDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SamplesTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Stream<Path> samples() {
    return Samples.files().stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void every_sample_is_valid_and_compiles(Path sample) throws IOException {
    String text = Files.readString(sample);

    ParsedDefinition parsed = Parsed.valid(text, Format.YAML);
    CompiledDefinition compiled = compile(parsed);

    assertThat(compiled.nodeCount()).isEqualTo(parsed.definition().nodes().size());
    assertThat(compiled.definition()).isEqualTo(parsed.definition());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_sample_has_the_same_content_in_json_and_with_members_in_another_order(Path sample)
      throws IOException {
    ParsedDefinition yaml = Parsed.valid(Files.readString(sample), Format.YAML);

    ParsedDefinition json = Parsed.valid(yaml.document().toPrettyString(), Format.JSON);
    ParsedDefinition flow = Parsed.valid(yaml.document().toString(), Format.YAML);

    assertThat(json.hash()).isEqualTo(yaml.hash()).isEqualTo(flow.hash());
    assertThat(json.document()).isEqualTo(yaml.document());
    assertThat(json.definition().nodes()).isEqualTo(yaml.definition().nodes());
  }

  @Test
  void the_order_sample_is_read_as_it_is_written() {
    Definition order = Parsed.valid(Samples.text("order.yaml"), Format.YAML).definition();

    assertThat(order.name()).isEqualTo("order");
    assertThat(order.timeout()).isEqualTo(Duration.ofHours(1));
    assertThat(order.nodes())
        .extracting(Node::type)
        .containsExactly("http", "transform", "task", "task", "http");
    Node.HttpNode reserve = (Node.HttpNode) order.nodes().getFirst();
    assertThat(reserve.effort().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(reserve.effort().retry().maxAttempts()).isEqualTo(5);
    assertThat(reserve.effort().retry().initial()).isEqualTo(Duration.ofMillis(200));
    assertThat(order.nodes().getLast().join()).isEqualTo(Join.ANY);
    assertThat(order.edges().get(1).when()).isEqualTo("nodes.price.output.total < 1000");
    assertThat(order.edges().get(2).otherwise()).isTrue();
  }

  @Test
  void the_hash_of_a_document_never_changes() {
    String text =
        "{\"nodes\":[{\"type\":\"end\",\"id\":\"a\"}],\"name\":\"x\",\"variables\":{\"n\":3.0,\"m\":3,\"é\":\"ü\"}}";

    ParsedDefinition parsed = Parsed.valid(text, Format.JSON);

    assertThat(parsed.document())
        .hasToString(
            "{\"name\":\"x\",\"nodes\":[{\"id\":\"a\",\"type\":\"end\"}],\"variables\":{\"m\":3,\"n\":3.0,\"é\":\"ü\"}}");
    assertThat(parsed.hash())
        .isEqualTo("977ba6e5b213ee7542bc66af98bc386f80ab6b39e3931b765bc6640b6b76a0f4");
  }

  @Test
  void an_input_that_does_not_fit_is_reported_with_every_fault() {
    CompiledDefinition order = compile(Parsed.valid(Samples.text("order.yaml"), Format.YAML));

    assertThat(order.inputCheck().check(JSON.readTree("{\"sku\": \"pen\", \"quantity\": 2}")))
        .isEmpty();
    List<FieldError> faults = order.inputCheck().check(JSON.readTree("{\"quantity\": 0.5}"));
    assertThat(faults)
        .extracting(each -> each.code() + " " + each.pointer() + " " + each.detail())
        .containsExactlyInAnyOrder(
            "input.schema /sku required property 'sku' not found",
            "input.schema /quantity number found, integer expected",
            "input.schema /quantity must have a minimum value of 1");
  }

  @Test
  void numbers_that_are_whole_are_integers_for_a_schema_whatever_their_form() {
    CompiledDefinition order = compile(Parsed.valid(Samples.text("order.yaml"), Format.YAML));

    assertThat(order.inputCheck().check(JSON.readTree("{\"sku\": \"pen\", \"quantity\": 2.0}")))
        .isEmpty();
  }

  private static CompiledDefinition compile(ParsedDefinition parsed) {
    JsonNode document = JSON.readTree(parsed.document().toString());
    return new DefinitionCompiler(Parsed.EXPRESSIONS)
        .apply(
            new DefinitionVersionPublished(
                parsed.definition().name(),
                1,
                parsed.hash(),
                document,
                parsed.source(),
                parsed.format().word()));
  }

  @Test
  void every_member_of_the_format_has_its_place_in_the_definition() {
    Definition definition =
        Parsed.valid(
                """
                name: Full.Name-1_x
                labels: { team: back office, "a/b": "ünï" }
                variables: { n: 3.0, no: no, list: [1, two, ~, true] }
                nodes:
                  - id: a
                    type: task
                    name: The first
                    handler: send-mail.v2
                    join: 1
                    timeout: PT1.5S
                    deadline: P1DT2H
                    with: [1, "${vars.n}"]
                    retry: { maxAttempts: 3, retryOn: [x], noRetryOn: [y, z] }
                  - { id: b, type: delay, with: { until: "2030-01-31T12:00:00Z" } }
                  - { id: c, type: delay, with: { duration: "${input.pause}" } }
                  - { id: d, type: fail, with: { code: no-stock, message: "${nodes.a.output}" } }
                  - { id: e, type: end }
                edges:
                  - { from: a, to: b, when: "true" }
                  - { from: a, to: c, otherwise: true }
                  - { from: b, to: d }
                  - { from: c, to: e }
                output: ~
                """,
                Format.YAML)
            .definition();

    assertThat(definition.labels()).isEqualTo(Map.of("team", "back office", "a/b", "ünï"));
    assertThat(definition.variables())
        .hasToString("{\"n\":3.0,\"no\":\"no\",\"list\":[1,\"two\",null,true]}");
    Node.TaskNode task = (Node.TaskNode) definition.nodes().getFirst();
    assertThat(task.name()).isEqualTo("The first");
    assertThat(task.handler()).isEqualTo("send-mail.v2");
    assertThat(task.join()).isEqualTo(new Join(1));
    assertThat(task.effort().timeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(task.effort().deadline()).isEqualTo(Duration.ofHours(26));
    assertThat(task.effort().retry().initial()).isEqualTo(RetryReader.INITIAL_DEFAULT);
    assertThat(task.effort().retry().retryOn()).containsExactly("x");
    assertThat(task.effort().retry().noRetryOn()).containsExactly("y", "z");
  }
}
