package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which databases the contract ran on; a database that CI must have is not left out in
 * silence.
 */
class SupportedDatabasesIT {
  private static final Logger LOG = LoggerFactory.getLogger(SupportedDatabasesIT.class);

  @Test
  void the_run_says_on_which_databases_it_was() {
    LogServers.servers()
        .forEach(bed -> LOG.info("The contract of the event log runs on {}", bed.getName()));
    if (!LogServers.debianIsInstalled()) {
      LOG.warn("NOT RUN on the system's PostgreSQL 15: nothing in {}", LogServers.DEBIAN);
    }
    if (!LogServers.dockerIsThere()) {
      LOG.warn("NOT RUN in a container: there is no Docker here");
    }
    assertThat(LogServers.servers()).hasSizeGreaterThanOrEqualTo(2);
    if (System.getenv("CI") != null) {
      assertThat(LogServers.debianIsInstalled())
          .as("CI installs postgresql-15, so that the contract runs on it")
          .isTrue();
    }
  }
}
