package dev.varve.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void a_taken_port_is_named() throws Exception {
    try (Shop shop = Shop.open(0, directory.resolve("a.jsonl"))) {
      String port = Integer.toString(shop.port());

      int code = run("--port", port, "--journal", directory.resolve("b.jsonl").toString());

      assertThat(code).isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains(port);
    }
  }

  @Test
  void wrong_arguments_show_the_usage() {
    assertThat(run("--colour", "red")).isEqualTo(2);
    assertThat(run("--port", "http")).isEqualTo(2);
    assertThat(run("--port")).isEqualTo(2);
    assertThat(run("--help")).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: varve demo");
  }

  @Test
  void every_sample_has_its_name_and_a_comment() {
    for (String name : Samples.names()) {
      assertThat(Samples.text(name)).startsWith("# ").contains("\nname: " + name + "\n");
    }
    assertThatThrownBy(() -> Samples.text("../order")).isInstanceOf(IllegalArgumentException.class);
  }

  private int run(String... arguments) {
    return Demo.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
