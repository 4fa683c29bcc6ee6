package dev.varve.server;

import dev.varve.postgres.StartupException;
import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** The server program: {@code dev} or {@code server}, then flags. */
@SpringBootConfiguration
@EnableAutoConfiguration(
    exclude = {DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
@EnableConfigurationProperties({ServerSettings.class, PoolSettings.class})
@Import({
  StorageConfiguration.class,
  StoreConfiguration.class,
  CommandConfiguration.class,
  WorkConfiguration.class,
  QueryConfiguration.class,
  DoorConfiguration.class,
  HealthConfiguration.class,
})
public class VarveServer {
  private static final int EXIT_CANNOT_START = 1;

  /** Starts the server, or explains in one line what is missing and exits with 1. */
  public static void main(String[] args) {
    if (List.of(args).contains("--help")) {
      System.out.print(SettingsTable.plain());
      return;
    }
    try {
      start(args);
    } catch (RuntimeException e) {
      System.err.println("varve: " + explain(e));
      System.exit(EXIT_CANNOT_START);
    }
  }

  /** Starts the server in this process. */
  public static ConfigurableApplicationContext start(String... args) {
    var application = new SpringApplication(VarveServer.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.addListeners(new SettingsInput());
    application.setDefaultProperties(Map.of("axoniq.update-checker.disabled", "true"));
    return application.run(Arguments.toProperties(args));
  }

  /**
   * Returns the words of the innermost failure that was written for people, else the whole failure.
   */
  static String explain(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof StartupException || each instanceof SettingsException) {
        return String.valueOf(each.getMessage());
      }
      if (each instanceof org.springframework.boot.web.server.PortInUseException port) {
        return "Port " + port.getPort() + " is in use. Stop the other program or set VARVE_PORT.";
      }
    }
    return failure.toString();
  }
}
