package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrivilegesTest {

  @Test
  void an_ordinary_user_asks_the_kernel_to_stop_the_server_with_its_parent() {
    Privileges privileges = Privileges.choose(true, false, command -> true);

    assertThat(privileges.command(List.of("postgres")))
        .containsExactly("setpriv", "--pdeathsig", "INT", "postgres");
    assertThat(privileges.diesWithParent()).isTrue();
  }

  @Test
  void an_ordinary_user_without_setpriv_starts_the_server_directly() {
    Privileges privileges = Privileges.choose(true, false, command -> false);

    assertThat(privileges.command(List.of("postgres"))).containsExactly("postgres");
    assertThat(privileges.diesWithParent()).isFalse();
  }

  @Test
  void other_systems_start_the_server_directly() {
    Privileges privileges = Privileges.choose(false, false, command -> true);

    assertThat(privileges.prefix()).isEmpty();
    assertThat(privileges.diesWithParent()).isFalse();
  }

  @Test
  void root_hides_in_a_user_namespace() {
    Privileges privileges = Privileges.choose(true, true, command -> true);

    assertThat(privileges.prefix())
        .containsExactly("unshare", "-U", "setpriv", "--pdeathsig", "INT");
    assertThat(privileges.dropsToNobody()).isFalse();
  }

  @Test
  void root_without_namespaces_becomes_nobody() {
    Privileges privileges =
        Privileges.choose(true, true, command -> !command.getFirst().equals("unshare"));

    assertThat(privileges.prefix()).startsWith("setpriv", "--reuid=nobody", "--regid=nogroup");
    assertThat(privileges.dropsToNobody()).isTrue();
  }

  @Test
  void nobody_has_another_group_on_some_systems() {
    Privileges privileges =
        Privileges.choose(true, true, command -> command.contains("--regid=nobody"));

    assertThat(privileges.prefix()).contains("--regid=nobody");
  }

  @Test
  void nobody_finds_the_programs_outside_of_roots_home() {
    Path inHome = Path.of(System.getProperty("user.home"), ".cache", "varve");
    Privileges nobody = new Privileges(List.of("setpriv"), true, true);
    Privileges self = new Privileges(List.of("setpriv"), true, false);

    assertThat(nobody.reachableCache(inHome)).isEqualTo(Path.of("/var/cache/varve"));
    assertThat(nobody.reachableCache(Path.of("/srv/cache"))).isEqualTo(Path.of("/srv/cache"));
    assertThat(self.reachableCache(inHome)).isEqualTo(inHome);
  }

  @Test
  void root_without_either_is_told_what_to_do() {
    refused(
        "storage.root-not-possible",
        "VARVE_STORAGE=postgres",
        () -> Privileges.choose(true, true, command -> false));
  }
}
