package dev.varve.server;

import dev.varve.api.log.Partitions;
import dev.varve.command.format.DefinitionParser;
import dev.varve.command.http.DefinitionCommandController;
import dev.varve.command.http.ExecutionCommandController;
import dev.varve.command.mailbox.Admission;
import dev.varve.command.port.EndedExecutions;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.axon.ParkedSequences;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.verify.ChainVerifier;
import dev.varve.query.definition.DefinitionQueries;
import dev.varve.query.execution.ExecutionQueries;
import dev.varve.query.http.DefinitionQueryController;
import dev.varve.query.http.ExecutionQueryController;
import dev.varve.query.http.MinPosition;
import dev.varve.query.http.ProjectionQueryController;
import dev.varve.query.http.StreamVersions;
import dev.varve.query.http.WorkQueryController;
import dev.varve.query.projection.ProjectionProgress;
import dev.varve.query.projection.ProjectionQueries;
import dev.varve.query.projection.ReadModel;
import dev.varve.query.statistics.StatisticsQueries;
import dev.varve.query.work.WorkQueries;
import dev.varve.replay.EventItems;
import dev.varve.replay.ExecutionWaiter;
import dev.varve.replay.GlobalFeed;
import dev.varve.replay.History;
import dev.varve.replay.ProjectionReset;
import dev.varve.replay.TimeTravel;
import dev.varve.replay.Verification;
import dev.varve.replay.http.EventStreamController;
import dev.varve.replay.http.EventsController;
import dev.varve.replay.http.ParkedController;
import dev.varve.replay.http.RebuildController;
import dev.varve.replay.http.StateController;
import dev.varve.replay.http.VerifyController;
import dev.varve.web.ProblemAdvice;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP doors. */
@Configuration(proxyBeanMethods = false)
class DoorConfiguration {
  @Bean
  FilterRegistrationBean<ApiKeyFilter> apiKeyFilter(ServerSettings settings) {
    var filter = new FilterRegistrationBean<>(new ApiKeyFilter(settings.apiKey()));
    filter.setOrder(1);
    return filter;
  }

  @Bean
  FilterRegistrationBean<RateLimitFilter> rateLimitFilter(DoorSettings settings) {
    var filter = new FilterRegistrationBean<>(new RateLimitFilter(settings.rateLimit()));
    filter.setOrder(2);
    return filter;
  }

  @Bean
  FilterRegistrationBean<AdmissionFilter> admissionFilter(Admission admission) {
    var filter = new FilterRegistrationBean<>(new AdmissionFilter(admission));
    filter.setOrder(3);
    return filter;
  }

  @Bean
  FilterRegistrationBean<ParameterFilter> parameterFilter() {
    var filter = new FilterRegistrationBean<>(new ParameterFilter());
    filter.setOrder(4);
    return filter;
  }

  @Bean
  OpenApiController openApiController() {
    return new OpenApiController();
  }

  @Bean
  TomcatProblems tomcatProblems() {
    return new TomcatProblems();
  }

  @Bean
  FailureController failureController() {
    return new FailureController();
  }

  @Bean
  Greeting greeting(ServerSettings settings) {
    return new Greeting(settings, System.getProperty("varve.demo.classpath"));
  }

  @Bean
  ProblemAdvice problemAdvice() {
    return new ProblemAdvice();
  }

  @Bean
  HealthController healthController(List<HealthSource> sources) {
    return new HealthController(sources);
  }

  @Bean
  DefinitionCommandController definitionCommandController(
      Admission admission, DefinitionParser parser) {
    return new DefinitionCommandController(admission, parser);
  }

  @Bean(destroyMethod = "close")
  ExecutionWaiter executionWaiter(PostgresEventLog log) {
    return new ExecutionWaiter(log);
  }

  @Bean
  EndedExecutions endedExecutions(
      ExecutionWaiter waiter,
      ExecutionQueries executions,
      ProjectionProgress progress,
      JsonMapper json) {
    return new EndWatch(waiter, executions, progress, json);
  }

  @Bean
  EventsController eventsController(PostgresEventLog log, EventTypes types) {
    return new EventsController(new History(log), new GlobalFeed(log), new EventItems(types));
  }

  @Bean(destroyMethod = "close")
  EventStreamController eventStreamController(
      PostgresEventLog log, EventTypes types, DoorSettings settings) {
    return new EventStreamController(log, new EventItems(types), settings.streamHeartbeat());
  }

  /** Streams would hold up a graceful stop, which waits for requests to end. */
  @Bean
  ApplicationListener<ContextClosedEvent> streamsEnd(EventStreamController streams) {
    return _ -> streams.close();
  }

  @Bean
  StateController stateController(
      PostgresEventLog log, ExecutionQueries executions, JsonMapper json) {
    return new StateController(new TimeTravel(log, executions), new GlobalFeed(log), json);
  }

  @Bean
  RebuildController rebuildController(
      RunningProjections running, PostgresTokenStore tokens, TransactionManager axonTransactions) {
    return new RebuildController(
        new ProjectionRebuilds(running, new ProjectionReset(tokens, axonTransactions)));
  }

  @Bean
  ParkedController parkedController(ParkedSequences parked) {
    return new ParkedController(parked);
  }

  @Bean
  ExecutionCommandController executionCommandController(
      Admission admission, Partitions partitions, EndedExecutions ended) {
    return new ExecutionCommandController(admission, partitions, ended);
  }

  @Bean
  VerifyController verifyController(PostgresEventLog log, @Qualifier("queryPool") DataSource pool) {
    return new VerifyController(log, new Verification(log, new ChainVerifier(pool)));
  }

  @Bean
  MinPosition minPosition(ProjectionProgress progress, PostgresEventLog log) {
    return new MinPosition(progress, new GlobalFeed(log)::holds);
  }

  @Bean
  StreamVersions streamVersions(@Qualifier("queryPool") DataSource pool) {
    return new StoredVersions(pool);
  }

  @Bean
  DefinitionQueryController definitionQueryController(
      DefinitionQueries definitions, StatisticsQueries statistics, MinPosition minPosition) {
    return new DefinitionQueryController(definitions, statistics, minPosition);
  }

  @Bean
  ExecutionQueryController executionQueryController(
      ExecutionQueries executions, MinPosition minPosition, StreamVersions versions) {
    return new ExecutionQueryController(executions, minPosition, versions);
  }

  @Bean
  WorkQueryController workQueryController(ReadModel readModel, MinPosition minPosition) {
    return new WorkQueryController(new WorkQueries(readModel), minPosition);
  }

  @Bean
  ProjectionQueryController projectionQueryController(ProjectionQueries projections) {
    return new ProjectionQueryController(projections);
  }
}
