package dev.varve.server;

import dev.varve.command.port.Commands;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.TimeSource;
import dev.varve.command.worker.BuiltInHandlers;
import dev.varve.command.worker.Dispatcher;
import dev.varve.command.worker.DispatcherSettings;
import dev.varve.command.worker.EgressGuard;
import dev.varve.command.worker.Handlers;
import dev.varve.command.worker.HttpSettings;
import dev.varve.command.worker.HttpTask;
import dev.varve.command.worker.TaskHandler;
import dev.varve.postgres.PostgresAccess;
import dev.varve.postgres.StorageMode;
import dev.varve.workqueue.Leases;
import dev.varve.workqueue.Recovery;
import dev.varve.workqueue.Timers;
import dev.varve.workqueue.WorkProjection;
import dev.varve.workqueue.WorkSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tasks, leases and timers: what happens outside the log, and how it comes back as commands. */
@Configuration(proxyBeanMethods = false)
class WorkConfiguration {
  @Bean
  WorkSettings workSettings(ServerSettings settings, PostgresAccess access) {
    WorkSettings standard = WorkSettings.DEFAULT;
    var work =
        new WorkSettings(
            settings.lease(),
            standard.recovery(),
            standard.forgottenAfter(),
            standard.polling(),
            standard.commandsInFlight(),
            standard.timersHeldMax(),
            false);
    // The lock on the data directory proves that no other process works on an embedded database.
    return access.mode() == StorageMode.POSTGRES ? work : work.alone();
  }

  @Bean(destroyMethod = "close")
  Leases leases(
      @Qualifier("workPool") DataSource pool,
      Incarnation self,
      WorkSettings settings,
      StoreConfiguration.MigratedDatabase database) {
    return new Leases(pool, self, settings);
  }

  @Bean(destroyMethod = "close")
  HttpTask httpTask(ServerSettings settings, TimeSource time, TraceConfiguration.Spans spans) {
    String allow = settings.egressAllow();
    if (settings.dev()) {
      String shop = "127.0.0.1:" + DemoShop.PORT;
      allow = allow.isBlank() ? shop : allow + "," + shop;
    }
    return new HttpTask(new EgressGuard(allow), HttpSettings.DEFAULT, time, spans.tracing());
  }

  @Bean
  Handlers handlers(HttpTask http, ObjectProvider<TaskHandler> beans) {
    List<TaskHandler> all = new ArrayList<>(BuiltInHandlers.all());
    beans.orderedStream().filter(handler -> handler != http).forEach(all::add);
    return new Handlers(http, all);
  }

  @Bean(destroyMethod = "")
  Dispatcher dispatcher(
      Commands commands,
      Incarnation self,
      TimeSource time,
      Leases leases,
      Handlers handlers,
      CommitFanOut commits,
      ServerSettings settings,
      TraceConfiguration.Spans spans) {
    DispatcherSettings standard = DispatcherSettings.DEFAULT;
    var dispatcher =
        new Dispatcher(
            commands,
            self,
            time,
            leases,
            handlers,
            new DispatcherSettings(
                settings.workers(),
                standard.heldMax(),
                standard.backoffMin(),
                standard.backoffMax()),
            spans.tracing());
    commits.add(dispatcher);
    return dispatcher;
  }

  @Bean(destroyMethod = "close")
  Timers timers(
      @Qualifier("workPool") DataSource pool,
      Commands commands,
      Incarnation self,
      TimeSource time,
      Leases leases,
      WorkSettings settings,
      CommitFanOut commits) {
    var timers = new Timers(pool, commands, self, time, leases, settings);
    commits.add(timers);
    return timers;
  }

  @Bean(destroyMethod = "close")
  Recovery recovery(
      @Qualifier("workPool") DataSource pool,
      Commands commands,
      Incarnation self,
      Leases leases,
      Dispatcher dispatcher,
      WorkSettings settings) {
    return new Recovery(pool, commands, self, leases, dispatcher, settings);
  }

  @Bean
  WorkProjection workProjection(@Qualifier("projectionPool") DataSource pool) {
    return new WorkProjection(pool);
  }

  @Bean
  WorkLifecycle workLifecycle(
      Leases leases, Dispatcher dispatcher, Timers timers, Recovery recovery) {
    return new WorkLifecycle(leases, dispatcher, timers, recovery, Duration.ofSeconds(10));
  }
}
