package dev.varve.server;

import dev.varve.command.port.CommandIds;
import dev.varve.command.port.Incarnation;
import dev.varve.postgres.PostgresAccess;
import dev.varve.postgres.Storage;
import dev.varve.postgres.StorageSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** Opens the database server: our own, a throwaway one, or somebody else's. */
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(StorageConfiguration.class);

  @Bean
  Incarnation incarnation(ServerSettings settings) {
    return new Incarnation(CommandIds.next().toString(), settings.nodeName());
  }

  @Bean(destroyMethod = "close")
  PostgresAccess postgresAccess(ServerSettings settings, ConfigurableEnvironment environment) {
    SettingsInput.warnOfUnknown();
    var variables = SettingsInput.variables(environment);
    variables.put("VARVE_DATA_DIR", settings.dataDir().toString());
    PostgresAccess access = Storage.open(StorageSettings.from(variables));
    LOG.atInfo()
        .addKeyValue("mode", access.mode())
        .addKeyValue("dataDir", settings.dataDir().toAbsolutePath())
        .log("database open");
    return access;
  }
}
