package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventstore.axon.CommitInterceptor;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.postgres.EphemeralPostgres;
import dev.varve.postgres.StartupException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.SimpleEventBus;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** A wrong part of Axon stops the start and is named. */
class AxonWiringIT {
  private static EphemeralPostgres postgres;
  private static ConfigurableApplicationContext server;
  private static AxonWiring right;

  @BeforeAll
  static void start() {
    postgres = EphemeralPostgres.start();
    server = VarveServer.start(flags());
    right = server.getBean(AxonWiring.class);
  }

  @AfterAll
  static void stop() {
    server.close();
    postgres.close();
  }

  private static String[] flags() {
    String url =
        "postgresql://"
            + postgres.user()
            + ":"
            + postgres.password()
            + "@127.0.0.1:"
            + postgres.server().port()
            + "/postgres";
    return new String[] {
      "server",
      "--varve.port=0",
      "--varve.database-url=" + url,
      "--varve.data-dir=" + postgres.server().directory().resolveSibling("varve-wiring")
    };
  }

  @Configuration(proxyBeanMethods = false)
  static class WithoutTransactions {
    @Bean
    TransactionManager axonTransactions() {
      return NoTransactionManager.INSTANCE;
    }
  }

  @Test
  void a_server_whose_transactions_do_nothing_does_not_start() {
    var application = new SpringApplication(VarveServer.class, WithoutTransactions.class);
    application.setAllowBeanDefinitionOverriding(true);

    assertThatThrownBy(() -> application.run(Arguments.toProperties(flags())).close())
        .hasMessageContaining("axonTransactions")
        .satisfies(refused -> {
          Throwable root = refused;
          while (!(root instanceof StartupException) && root.getCause() != null) {
            root = root.getCause();
          }
          assertThat(root).isInstanceOf(StartupException.class);
          assertThat(((StartupException) root).code()).isEqualTo("wiring.transactions");
          assertThat(((StartupException) root).remedy()).contains("0050");
        });
  }

  @Test
  void the_intended_wiring_passes_and_leaves_nothing_behind() {
    assertThatCode(right::afterSingletonsInstantiated).doesNotThrowAnyException();

    assertThat(server.getBean(PostgresTokenStore.class).fetchSegments("varve.wiring-probe"))
        .isEmpty();
    assertThat(server.getBean(PostgresEventLog.class).tail(0).position()).isZero();
  }

  @Test
  void a_bus_that_forgets_what_was_decided_is_found() {
    refuse(withBus(SimpleCommandBus.builder().build()), "commandBus has no CommitInterceptor");
  }

  @Test
  void a_bus_that_holds_a_connection_per_command_is_found() {
    var bus = SimpleCommandBus.builder().transactionManager(right.transactions()).build();
    bus.registerHandlerInterceptor(new CommitInterceptor(server.getBean(PostgresEventLog.class)));

    refuse(withBus(bus), "commandBus opens a transaction");
  }

  @Test
  void a_bus_of_events_that_stores_nothing_is_found() {
    refuse(
        new AxonWiring(
            right.bus(),
            List.of(SimpleEventBus.builder().build()),
            right.transactions(),
            right.tokens(),
            right.projections(),
            right.processors()),
        "eventStore is a org.axonframework.eventhandling.SimpleEventBus");
  }

  @Test
  void tokens_outside_the_transaction_of_the_rows_are_found() {
    var elsewhere =
        new PostgresTokenStore(
            new BoundConnections(server.getBean("storePool", DataSource.class)),
            "wiring-test",
            Duration.ofSeconds(10));

    refuse(withTokens(elsewhere), "tokenStore writes outside the transaction");
    refuse(withTokens(new InMemoryTokenStore()), "tokenStore is a");
  }

  @Test
  void processors_with_other_transactions_are_found() {
    var other = new SpringTransactionManager(server.getBean(DataSourceTransactionManager.class));

    refuse(
        new AxonWiring(
            right.bus(),
            right.eventBuses(),
            other,
            right.tokens(),
            right.projections(),
            right.processors()),
        "does not use axonTransactions");
  }

  private static AxonWiring withBus(CommandBus bus) {
    return new AxonWiring(
        bus,
        right.eventBuses(),
        right.transactions(),
        right.tokens(),
        right.projections(),
        right.processors());
  }

  private static AxonWiring withTokens(
      org.axonframework.eventhandling.tokenstore.TokenStore tokens) {
    return new AxonWiring(
        right.bus(),
        right.eventBuses(),
        right.transactions(),
        List.of(tokens),
        right.projections(),
        right.processors());
  }

  private static void refuse(AxonWiring wiring, String problem) {
    assertThatThrownBy(wiring::afterSingletonsInstantiated)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("Remedy: ");
  }
}
