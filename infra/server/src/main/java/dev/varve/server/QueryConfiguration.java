package dev.varve.server;

import dev.varve.command.port.Incarnation;
import dev.varve.eventstore.axon.ConnectionSource;
import dev.varve.eventstore.axon.ParkedSequences;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.ProcessorSettings;
import dev.varve.eventstore.axon.ProjectionProcessors;
import dev.varve.eventstore.axon.SequenceParking;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.postgres.PostgresAccess;
import dev.varve.postgres.StorageMode;
import dev.varve.query.definition.DefinitionProjection;
import dev.varve.query.definition.DefinitionQueries;
import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.execution.ExecutionQueries;
import dev.varve.query.projection.ProjectionProgress;
import dev.varve.query.projection.ProjectionQueries;
import dev.varve.query.projection.ReadModel;
import dev.varve.query.projection.StoredTokens;
import dev.varve.query.statistics.StatisticsProjection;
import dev.varve.query.statistics.StatisticsQueries;
import dev.varve.workqueue.WorkProjection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventBus;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** The read side: projections that follow the log, and queries over what they wrote. */
@Configuration(proxyBeanMethods = false)
class QueryConfiguration {
  @Bean
  TransactionManager axonTransactions(DataSourceTransactionManager projectionTransactions) {
    return new SpringTransactionManager(projectionTransactions);
  }

  /** A silent node loses its projections after the same time as the rest of its work. */
  @Bean
  ProcessorSettings processorSettings(ServerSettings settings) {
    var standard = ProcessorSettings.DEFAULT;
    Duration lease = settings.lease();
    Duration third = lease.dividedBy(3);
    Duration look =
        standard.claimInterval().compareTo(third) < 0 ? standard.claimInterval() : third;
    return new ProcessorSettings(standard.batchEvents(), standard.linger(), look, lease);
  }

  @Bean
  PostgresTokenStore tokenStore(
      @Qualifier("projectionPool") DataSource pool,
      Incarnation incarnation,
      PostgresAccess access,
      ProcessorSettings settings,
      StoreConfiguration.MigratedDatabase database) {
    ConnectionSource connections = new BoundConnections(pool);
    var tokens = new PostgresTokenStore(connections, incarnation.id(), settings.claimTimeout());
    if (access.mode() != StorageMode.POSTGRES) {
      tokens.releaseClaimsOfOthers();
    }
    return tokens;
  }

  @Bean
  ReadModel readModel(
      @Qualifier("queryPool") DataSource pool, StoreConfiguration.MigratedDatabase database) {
    return new ReadModel(pool);
  }

  @Bean
  ProjectionProgress projectionProgress(ReadModel readModel) {
    return new ProjectionProgress(new StoredTokens(readModel));
  }

  @Bean
  DefinitionProjection definitionProjection(
      @Qualifier("projectionPool") DataSource pool, ProjectionProgress progress) {
    return new DefinitionProjection(pool, progress);
  }

  @Bean
  ExecutionProjection executionProjection(
      @Qualifier("projectionPool") DataSource pool, ProjectionProgress progress) {
    return new ExecutionProjection(pool, progress);
  }

  @Bean
  StatisticsProjection statisticsProjection(
      @Qualifier("projectionPool") DataSource pool, ProjectionProgress progress) {
    return new StatisticsProjection(pool, progress);
  }

  @Bean(destroyMethod = "close")
  ProjectionProcessors projectionProcessors(
      PostgresEventLog log,
      TransactionManager axonTransactions,
      PostgresTokenStore tokens,
      ProcessorSettings settings) {
    return new ProjectionProcessors(log, axonTransactions, tokens, settings);
  }

  @Bean
  SequenceParking sequenceParking(@Qualifier("projectionPool") DataSource pool) {
    return new SequenceParking(new BoundConnections(pool));
  }

  @Bean
  ParkedSequences parkedSequences(
      PostgresEventLog log,
      TransactionManager axonTransactions,
      @Qualifier("projectionPool") DataSource pool,
      RunningProjections running) {
    return new ParkedSequences(
        log, axonTransactions, new BoundConnections(pool), running.guarded());
  }

  @Bean
  RunningProjections runningProjections(
      PostgresEventLog log,
      ProjectionProcessors processors,
      DefinitionProjection definitions,
      ExecutionProjection executions,
      StatisticsProjection statistics,
      WorkProjection work,
      SequenceParking parking) {
    List.of(definitions, executions, statistics, work).forEach(each -> each.guardWith(parking));
    Map<String, EventHandlerInvoker> projections = new LinkedHashMap<>();
    projections.put(DefinitionProjection.NAME, definitions);
    projections.put(ExecutionProjection.NAME, executions);
    projections.put(StatisticsProjection.NAME, statistics);
    projections.put(WorkProjection.NAME, work);
    return new RunningProjections(log.partitions(), processors, projections);
  }

  @Bean
  AxonWiring axonWiring(
      CommandBus bus,
      ObjectProvider<EventBus> events,
      TransactionManager axonTransactions,
      ObjectProvider<TokenStore> tokens,
      @Qualifier("projectionPool") DataSource pool,
      RunningProjections running) {
    return new AxonWiring(
        bus,
        events.stream().toList(),
        axonTransactions,
        tokens.stream().toList(),
        pool,
        running.all());
  }

  @Bean
  ProjectionQueries projectionQueries(ReadModel readModel, RunningProjections running) {
    return new ProjectionQueries(readModel, running::state);
  }

  @Bean
  DefinitionQueries definitionQueries(ReadModel readModel) {
    return new DefinitionQueries(readModel);
  }

  @Bean
  ExecutionQueries executionQueries(ReadModel readModel) {
    return new ExecutionQueries(readModel);
  }

  @Bean
  StatisticsQueries statisticsQueries(ReadModel readModel) {
    return new StatisticsQueries(readModel);
  }
}
