package dev.varve.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ServerFactsTest {

  @Test
  void a_sound_server_has_no_faults() {
    assertThat(codes(new ServerFacts(true, true, "on", false, false, "UTF8", false))).isEmpty();
    assertThat(codes(new ServerFacts(true, true, "local", false, false, "UTF8", false))).isEmpty();
  }

  @Test
  void all_faults_are_found_at_once() {
    assertThat(codes(new ServerFacts(false, false, "off", false, true, "LATIN1", false)))
        .containsExactly(
            "guard.fsync",
            "guard.full-page-writes",
            "guard.synchronous-commit",
            "guard.read-only",
            "guard.encoding");
  }

  @Test
  void a_replica_is_not_also_called_read_only() {
    assertThat(codes(new ServerFacts(true, true, "on", true, true, "UTF8", false)))
        .containsExactly("guard.replica");
  }

  @Test
  void a_managed_store_is_not_judged_by_settings_of_files_that_it_does_not_use() {
    assertThat(codes(new ServerFacts(false, false, "off", false, false, "UTF8", true)))
        .containsExactly("guard.synchronous-commit");
  }

  private static List<String> codes(ServerFacts facts) {
    return facts.faults().stream().map(GuardReport.Warning::code).toList();
  }
}
