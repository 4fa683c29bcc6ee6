package dev.varve.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class JournalTest {

  @TempDir Path directory;

  @Test
  void a_line_is_on_disk_before_it_is_acknowledged() throws Exception {
    Path file = directory.resolve("journal.jsonl");
    try (Journal journal = Journal.open(file)) {
      journal.append(call("k1")).join();

      assertThat(Files.readAllLines(file)).hasSize(1).first().asString().contains("\"seq\":1");
    }
  }

  @Test
  void half_a_line_at_the_end_is_cut_off() throws Exception {
    Path file = directory.resolve("journal.jsonl");
    try (Journal journal = Journal.open(file)) {
      journal.append(call("k1")).join();
    }
    Files.writeString(file, "{\"seq\":2,\"ti", StandardOpenOption.APPEND);

    try (Journal journal = Journal.open(file)) {
      assertThat(journal.index().size()).isEqualTo(1);
      journal.append(call("k2")).join();
      assertThat(journal.page(null, 0, 10).path("items")).hasSize(2);
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void a_damaged_line_in_the_middle_is_named() throws Exception {
    Path file = directory.resolve("journal.jsonl");
    Files.writeString(file, "rubbish\n");

    assertThatThrownBy(() -> Journal.open(file).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("byte 0");
  }

  @Test
  void two_shops_cannot_share_a_journal() throws Exception {
    Path file = directory.resolve("journal.jsonl");
    try (Journal journal = Journal.open(file)) {
      assertThat(journal.index().size()).isZero();
      assertThatThrownBy(() -> Journal.open(file).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another shop");
    }
  }

  @Test
  void long_lines_come_back_whole() throws Exception {
    Path file = directory.resolve("journal.jsonl");
    String text = "ü".repeat(50_000);
    try (Journal journal = Journal.open(file)) {
      Call before = call("k1");
      Call call =
          new Call(
              before.time(),
              before.method(),
              before.path(),
              null,
              "k2",
              JsonMapper.shared().getNodeFactory().stringNode(text),
              200,
              before.response(),
              null,
              true,
              false,
              false);
      journal.append(before).join();
      long offset = journal.append(call).join();

      assertThat(Call.fromJson(journal.read(offset))).isEqualTo(call);
    }
  }

  private static Call call(String key) {
    JsonMapper json = JsonMapper.shared();
    return new Call(
        Instant.parse("2026-01-01T00:00:00Z"),
        "POST",
        "/shipments",
        null,
        key,
        json.nullNode(),
        201,
        json.createObjectNode().put("id", "shp-1"),
        null,
        true,
        false,
        false);
  }
}
