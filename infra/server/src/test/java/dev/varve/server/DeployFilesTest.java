package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What operators copy stays true: names of settings, pinned images, a user without privileges. */
class DeployFilesTest {
  private static final Path DEPLOY = Path.of("../deploy");
  private static final Path DOCS = Path.of("../docs");
  private static final Pattern VARIABLE = Pattern.compile("VARVE_[A-Z_]*[A-Z]");

  /** Read by the launcher, not by the server. */
  private static final Set<String> LAUNCHER =
      Set.of("VARVE_AOT", "VARVE_JAVA_OPTS", "VARVE_JAVA_HOME");

  @Test
  void every_setting_that_is_named_exists() throws IOException {
    var unknown = new TreeSet<String>();
    for (Path file :
        new Path[] {
          DEPLOY.resolve("Dockerfile"),
          DEPLOY.resolve("compose.yaml"),
          DEPLOY.resolve("varve.service"),
          DEPLOY.resolve("backup-check.sh"),
          DOCS.resolve("production.md"),
          DOCS.resolve("backup.md")
        }) {
      var names = VARIABLE.matcher(Files.readString(file));
      while (names.find()) {
        unknown.add(names.group());
      }
    }
    assertThat(unknown).hasSizeGreaterThan(5);
    unknown.removeAll(LAUNCHER);
    unknown.removeAll(
        SettingCatalog.all().stream().map(Setting::variable).collect(Collectors.toSet()));
    assertThat(unknown).isEmpty();
  }

  @Test
  void the_image_is_pinned_and_runs_without_privileges() throws IOException {
    String image = Files.readString(DEPLOY.resolve("Dockerfile"));

    assertThat(image.lines().filter(line -> line.startsWith("FROM ")))
        .isNotEmpty()
        .allMatch(line -> line.contains(":${JAVA}-"));
    assertThat(image).containsPattern("ARG JAVA=\\d+\\.\\d+\\.\\d+_\\d+\n");
    assertThat(image.substring(image.lastIndexOf("FROM "))).contains("\nUSER varve\n");
    assertThat(image).contains("HEALTHCHECK").contains("ENTRYPOINT [").doesNotContain("ADD ");
  }

  @Test
  void the_compose_file_has_no_secret_and_no_floating_image() throws IOException {
    String compose = Files.readString(DEPLOY.resolve("compose.yaml"));

    assertThat(compose).containsPattern("image: postgres:\\d+\\.\\d+-").doesNotContain("latest");
    assertThat(compose.lines().filter(line -> line.matches(".*(PASSWORD|API_KEY): .*")))
        .isNotEmpty()
        .allMatch(line -> line.contains("${") && line.contains(":?"));
  }
}
