package dev.varve.server;

import dev.varve.api.log.LogPosition;
import dev.varve.api.projection.ProjectionView;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.mailbox.Admission;
import dev.varve.command.mailbox.Mailbox;
import dev.varve.command.worker.Dispatcher;
import dev.varve.eventstore.Heartbeats;
import dev.varve.eventstore.axon.ProjectionProcessors;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.postgres.GuardReport;
import dev.varve.postgres.PostgresAccess;
import dev.varve.postgres.StartupGuards;
import dev.varve.query.projection.ProjectionQueries;
import dev.varve.workqueue.Leases;
import dev.varve.workqueue.LoopHealth;
import dev.varve.workqueue.Recovery;
import dev.varve.workqueue.Timers;
import dev.varve.workqueue.WorkProjection;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What operators look at: the parts of the health page and the meters. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {
  private static final int VALID_SECONDS = 2;
  private static final Duration ALARM_SILENCE = Duration.ofSeconds(10);

  @Bean
  GuardReport guardReport(PostgresAccess access, ServerSettings settings) {
    return StartupGuards.check(access, settings.unsafe());
  }

  @Bean
  HealthSource databaseHealth(@Qualifier("queryPool") DataSource pool, GuardReport guards) {
    return () -> {
      ObjectNode details = JsonNodeFactory.instance.objectNode();
      var warnings = details.putArray("warnings");
      guards
          .warnings()
          .forEach(each ->
              warnings
                  .addObject()
                  .put("code", each.code())
                  .put("problem", each.problem())
                  .put("remedy", each.remedy()));
      try (Connection connection = pool.getConnection()) {
        return new HealthPart("database", true, connection.isValid(VALID_SECONDS), details);
      } catch (SQLException e) {
        details.put("reason", e.getMessage());
        return new HealthPart("database", true, false, details);
      }
    };
  }

  @Bean
  HealthSource heartbeatHealth(Leases leases) {
    return () -> {
      HealthPart loop = loop(leases::health, true);
      ((ObjectNode) loop.details()).put("leaseHeld", leases.held());
      return loop;
    };
  }

  @Bean
  HealthSource recoveryHealth(Recovery recovery) {
    return () -> loop(recovery::health, false);
  }

  @Bean
  HealthSource timersHealth(Timers timers) {
    return () -> loop(timers::health, false);
  }

  @Bean
  HealthSource firingHealth(Timers timers) {
    return () -> loop(timers::firingHealth, false);
  }

  /** Loops that have no page of their own: each shows when it last came round. */
  @Bean
  HealthSource loopsHealth(
      PostgresEventLog log,
      DatabaseClock clock,
      PublishedDefinitions published,
      Housekeeping housekeeping,
      Dispatcher dispatcher) {
    List<Heartbeats> all =
        List.of(
            log.heartbeats(),
            clock.heartbeats(),
            published.heartbeats(),
            housekeeping.heartbeats());
    return () -> {
      ObjectNode details = JsonNodeFactory.instance.objectNode();
      var alarm = new Heartbeats.Pulse("dispatch-clock", dispatcher.alarmSilence(), ALARM_SILENCE);
      boolean up = true;
      for (Heartbeats.Pulse each :
          Stream.concat(all.stream().flatMap(one -> one.pulses().stream()), Stream.of(alarm))
              .toList()) {
        details
            .putObject(each.loop())
            .put("status", each.alive() ? "UP" : "DOWN")
            .put("silent", each.silent().toString())
            .put("allowed", each.allowed().toString());
        up &= each.alive();
      }
      return new HealthPart("loops", false, up, details);
    };
  }

  @Bean
  HealthSource projectionsHealth(RunningProjections projections) {
    return () -> {
      ObjectNode details = JsonNodeFactory.instance.objectNode();
      boolean up = true;
      for (String name : projections.names()) {
        String state = projections.state(name);
        details.put(name, state == null ? "elsewhere" : state);
        up &= !"failing".equals(state);
      }
      return new HealthPart("projections", false, up, details);
    };
  }

  @Bean
  HealthSource logHealth(PostgresEventLog log) {
    return () -> {
      ObjectNode details = JsonNodeFactory.instance.objectNode();
      List<LogPosition> lost = log.regressions();
      if (!lost.isEmpty()) {
        details.put("code", RejectionCode.STORE_REGRESSED.code());
        details.put("problem", "The database no longer holds what this node has seen committed.");
        details.put(
            "remedy",
            "Find out which commits were lost (a failover, a restored backup?). To accept what the"
                + " database holds now, start every node again and rebuild the projections.");
        var seen = details.putArray("seen");
        lost.forEach(each -> seen.add(each.toToken()));
      }
      return new HealthPart("log", true, lost.isEmpty(), details);
    };
  }

  /** What {@code work} parks is a task or a timer that nobody will run, hence essential. */
  @Bean
  HealthSource parkedHealth(ProjectionQueries projections) {
    return () -> {
      ObjectNode details = JsonNodeFactory.instance.objectNode();
      boolean work = false;
      try {
        for (ProjectionView each : projections.list()) {
          details.put(each.name(), details.path(each.name()).asInt(0) + each.parked());
          work |= each.name().equals(WorkProjection.NAME) && each.parked() > 0;
        }
      } catch (RuntimeException e) {
        details.put("reason", String.valueOf(e.getMessage())); // the database's own part tells
      }
      return new HealthPart("parked", true, !work, details);
    };
  }

  @Bean
  MeterBinder varveMeters(
      PostgresEventLog log,
      Mailbox mailbox,
      Admission admission,
      Dispatcher dispatcher,
      ProjectionProcessors processors) {
    return registry -> {
      processors.observe(new Durations.OfBatches(registry));
      counter(registry, "varve.append.events", log, l -> l.stats().events());
      counter(registry, "varve.append.groups", log, l -> l.stats().groups());
      counter(registry, "varve.append.units", log, l -> l.stats().units());
      counter(registry, "varve.append.slow.paths", log, l -> l.stats().slowPaths());
      counter(registry, "varve.append.collisions", log, l -> l.stats().collisions());
      counter(registry, "varve.append.settled", log, l -> l.stats().settled());
      log.observe(new Durations.OfAppends(registry));
      Gauge.builder("varve.commands.waiting", mailbox, Mailbox::waiting).register(registry);
      FunctionCounter.builder("varve.commands.refused", admission, Admission::refused)
          .register(registry);
      Gauge.builder("varve.attempts.running", dispatcher, Dispatcher::running).register(registry);
      Gauge.builder("varve.attempts.held", dispatcher, Dispatcher::held).register(registry);
    };
  }

  @Bean(destroyMethod = "close")
  OperatorFigures operatorFigures(
      MeterRegistry registry,
      @Qualifier("queryPool") DataSource pool,
      ProjectionQueries projections,
      StoreConfiguration.MigratedDatabase database) {
    return new OperatorFigures(registry, pool, projections).start();
  }

  private static void counter(
      MeterRegistry registry,
      String name,
      PostgresEventLog log,
      java.util.function.ToDoubleFunction<PostgresEventLog> value) {
    FunctionCounter.builder(name, log, value).register(registry);
  }

  private static HealthPart loop(Supplier<LoopHealth> source, boolean essential) {
    LoopHealth loop = source.get();
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("sinceSuccess", loop.sinceSuccess().toString());
    details.put("period", loop.period().toString());
    if (loop.lastError() != null) {
      details.put("lastError", loop.lastError());
    }
    return new HealthPart(loop.name(), essential, loop.healthy(), details);
  }
}
